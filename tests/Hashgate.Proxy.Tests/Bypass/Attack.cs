using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Bypass;

/// <summary>What an attempt may be answered with.</summary>
internal enum Expect
{
    /// <summary>What the file itself is answered with.</summary>
    AsTheFile,

    /// <summary>The file itself, asked by HEAD: before the proof its record may answer.</summary>
    AsItsHead,

    /// <summary>Its core metadata: refused like the file, or not offered.</summary>
    AsItsMetadata,

    /// <summary>400: no address of ours is spelled like that.</summary>
    Odd,

    /// <summary>404: there is no such thing.</summary>
    Unknown,

    /// <summary>A method that nothing answers to.</summary>
    NoSuchMethod,

    /// <summary>Something else that is there, and carries nothing of the file.</summary>
    SomethingElse,
}

/// <summary>The file that is to be got at, and a good one beside it.</summary>
internal sealed record Goal(Uri Server, FakeFile File, FakeFile Neighbour)
{
    /// <summary>With a plus as it is.</summary>
    public string Path => File.Path;
    public string Directory => Path[..(Path.LastIndexOf('/') + 1)];
    public string ETag => $"\"{Core.Packaging.Sha256Digest.Of(File.Bytes)}\"";
    public string ClaimedETag => $"\"{File.Hashes.GetValueOrDefault("sha256", new string('0', 64))}\"";
}

/// <summary>One attempt to get at a file that must not go out.</summary>
internal sealed record Attack(string Name, Expect Expect, Func<Goal, string> Request)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Attack> All { get; } = [.. PlainAttacks.All, .. TargetAttacks.All, .. NameAttacks.All];

    /// <summary>The statuses that are right.</summary>
    /// <param name="file">What a plain GET of the file is answered with.</param>
    /// <param name="head">What a HEAD is.</param>
    public int[] Allowed(int file, int head) => Expect switch
    {
        Expect.AsTheFile => [file],
        Expect.AsItsHead => [head],
        Expect.AsItsMetadata => [file, 404],
        Expect.Odd => [400],
        Expect.Unknown => [404],
        Expect.NoSuchMethod => [400, 404, 405],
        Expect.SomethingElse => [200, 301, 403, 404],
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
