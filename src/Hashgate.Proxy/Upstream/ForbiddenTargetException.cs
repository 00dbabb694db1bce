namespace Hashgate.Proxy.Upstreams;

/// <summary>A URL, redirect or address that an upstream may not send us to. Caught where exceptions become values.</summary>
internal sealed class ForbiddenTargetException(string message) : Exception(message);
