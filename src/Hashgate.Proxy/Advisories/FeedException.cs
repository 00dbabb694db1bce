namespace Hashgate.Proxy.Advisories;

/// <summary>A source of advisories that can't be read now. The sentence is for an operator; nothing that a server wrote is repeated.</summary>
internal sealed class FeedException(string message, Exception? cause = null) : Exception(message, cause);
