using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Comparison of entity tags (RFC 9110, 8.8.3.2).</summary>
internal static class EntityTags
{
    /// <summary>If-None-Match: weak comparison; <c>*</c> matches whatever there is.</summary>
    public static bool AnyMatches(StringValues ifNoneMatch, string etag)
    {
        if (ifNoneMatch.Count == 0) return false;
        if (ifNoneMatch.Count == 1 && ifNoneMatch[0] == etag) return true;
        var own = new EntityTagHeaderValue(etag);
        return EntityTagHeaderValue.TryParseList(ifNoneMatch, out var tags)
            && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(own, useStrongComparison: false));
    }
}
