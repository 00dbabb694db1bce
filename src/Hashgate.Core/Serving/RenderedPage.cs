namespace Hashgate.Core.Serving;

/// <summary>A finished page: exactly the bytes that go out.</summary>
/// <param name="ETag">A strong validator, quoted: the digest of the body.</param>
/// <param name="Gzip">Whether the body is gzip-encoded.</param>
public sealed record RenderedPage(byte[] Body, string ETag, bool Gzip);
