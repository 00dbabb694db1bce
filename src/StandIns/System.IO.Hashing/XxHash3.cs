namespace System.IO.Hashing;

/// <summary>
/// Stands in for XXH3 in name only: nothing but <c>ValueCondition.CalculateDigest</c> of StackExchange.Redis (IFDEQ and
/// DIGEST of Redis 8.4) asks for it, and Hashgate doesn't use that.
/// </summary>
public static class XxHash3
{
    public static ulong HashToUInt64(ReadOnlySpan<byte> source, long seed = 0) =>
        throw new NotSupportedException("XXH3 is not provided here: do not use ValueCondition.CalculateDigest.");
}
