using System.Security.Cryptography;
using System.Text;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Access;

/// <summary>The bearer tokens that are in force: those configured, else one that is generated at the first start.</summary>
public sealed class TokenAuthority
{
    private readonly (string Name, byte[] Hash, Role Role)[] _tokens;

    private TokenAuthority(IEnumerable<AdminToken> tokens, bool isGenerated)
    {
        _tokens = [.. tokens.Select(t => (t.Name, Hash(t.Value), t.Role))];
        IsGenerated = isGenerated;
    }

    /// <summary>Nobody configured tokens: local viewers need none.</summary>
    public bool IsGenerated { get; }

    /// <summary>Reads the settings' tokens, or makes <c>admin-token</c> in the data directory, readable by its owner alone.</summary>
    public static TokenAuthority Create(AdminSettings settings, string dataDirectory) =>
        settings.Tokens.Count > 0
            ? new TokenAuthority(settings.Tokens, isGenerated: false)
            : new TokenAuthority([new AdminToken("operator", ReadOrMake(TokenPath(dataDirectory)), Role.Operate)], isGenerated: true);

    /// <summary>Where the generated token is kept.</summary>
    public static string TokenPath(string dataDirectory) => Path.Combine(dataDirectory, "admin-token");

    /// <summary>Who holds this token; null for nobody. Takes as long for a wrong token as for a right one.</summary>
    public (string Name, Role Role)? Find(string token)
    {
        var hash = Hash(token);
        (string, Role)? found = null;
        foreach (var (name, expected, role) in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, expected)) found = (name, role);
        }
        return found;
    }

    /// <summary>Stands for a token in a session's cookie: it tells nothing of the token, and only whoever has the token can make it.</summary>
    public static string Fingerprint(string token) => Fingerprint(Hash(token));

    /// <summary>What the holder of a session may do, as long as the token that it was begun with is still in force under its name; null afterwards.</summary>
    public Role? FindSession(string name, string fingerprint)
    {
        Role? found = null;
        foreach (var (holder, hash, role) in _tokens)
        {
            if (holder == name && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Fingerprint(hash)), Encoding.ASCII.GetBytes(fingerprint))) found = role;
        }
        return found;
    }

    private static string Fingerprint(byte[] hash) => Convert.ToBase64String(HMACSHA256.HashData(hash, "hashgate session"u8));

    private static string ReadOrMake(string path)
    {
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: >= 16 } kept) return kept;
        var token = "hg_" + RandomNumberGenerator.GetHexString(40, lowercase: true);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(token + "\n"));
        return token;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
