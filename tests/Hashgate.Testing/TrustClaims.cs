using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;

namespace Hashgate.Testing;

/// <summary>Claims for tests of trust: the filename is its own key, the digest that of a word.</summary>
public static class TrustClaims
{
    public static FileClaim Of(string filename, string content) =>
        new(Key(filename), filename, Digest(content), null, "https://files.example/packages/ab/cd/" + filename, null, null);

    public static FileKey Key(string filename) => new(filename);

    public static Sha256Digest Digest(string content) => Sha256Digest.Of(Encoding.UTF8.GetBytes(content));
}
