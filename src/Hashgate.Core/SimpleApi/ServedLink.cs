namespace Hashgate.Core.SimpleApi;

/// <summary>A link of ours, without fragment. Put together where it is written: a page has thousands, and holds their paths already.</summary>
/// <param name="Base">What stands before the path, without trailing slash: the public URL, or the way from the page to the root.</param>
/// <param name="LocalPath">The file's path on Hashgate, without leading slash, unescaped: of characters that need no escape, but for <c>+</c> and <c>!</c>.</param>
public readonly record struct ServedLink(string Base, string LocalPath)
{
    private static readonly System.Buffers.SearchValues<char> Escaped = System.Buffers.SearchValues.Create("+!");

    /// <summary>A local path as it stands in a link.</summary>
    public static string Escape(string localPath) =>
        localPath.Replace("+", "%2B", StringComparison.Ordinal).Replace("!", "%21", StringComparison.Ordinal);

    /// <summary>Writes the link's text where it fits and nothing in it is to be escaped; else it is made anew.</summary>
    public ReadOnlySpan<char> WriteTo(Span<char> buffer)
    {
        var length = Base.Length + 1 + LocalPath.Length;
        if (length > buffer.Length || LocalPath.AsSpan().ContainsAny(Escaped)) return ToString();
        Base.CopyTo(buffer);
        buffer[Base.Length] = '/';
        LocalPath.CopyTo(buffer[(Base.Length + 1)..]);
        return buffer[..length];
    }

    public override string ToString() => $"{Base}/{Escape(LocalPath)}";
}
