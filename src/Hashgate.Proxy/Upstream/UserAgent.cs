namespace Hashgate.Proxy.Upstreams;

/// <summary>The name we go by: <c>Hashgate/1.2.3 (+https://example.org/contact)</c>.</summary>
internal static class UserAgent
{
    public static string Of(UpstreamClientOptions options)
    {
        var version = new string([.. options.Version.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+')]);
        // What would end the comment, or the header, is left out.
        var contact = new string([.. (options.Contact ?? "").Where(c => c is >= ' ' and <= '~' and not ('(' or ')' or '\\'))]).Trim();
        return contact.Length == 0 ? $"Hashgate/{version}" : $"Hashgate/{version} (+{contact})";
    }
}
