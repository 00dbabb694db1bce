using Hashgate.Storage.Redis;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>Reads the settings under <c>Redis</c>.</summary>
internal static class RedisSettings
{
    /// <summary>Longer ones only cost memory, in every key.</summary>
    private const int LongestPrefix = 64;

    /// <param name="isUsed">Whether they matter; else they are read only to know their names.</param>
    public static RedisOptions Read(SettingsReader reader, bool isUsed)
    {
        var before = reader.Errors.Count;
        var options = new RedisOptions
        {
            Configuration = reader.Text("Redis:Configuration"),
            KeyPrefix = reader.Text("Redis:KeyPrefix") ?? "hashgate",
            AssumeDurable = reader.Flag("Redis:AssumeDurable", false),
            Cluster = reader.Flag("Redis:Cluster", false),
            CaFile = reader.ExistingFile("Redis:CaFile"),
            CertificateFile = reader.ExistingFile("Redis:CertificateFile"),
            KeyFile = reader.ExistingFile("Redis:KeyFile"),
        };
        // Braces would end the hash tag; the others mean something in the patterns of an ACL.
        if (options.KeyPrefix.Length > LongestPrefix || !options.KeyPrefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
            reader.Wrong("Redis:KeyPrefix", options.KeyPrefix, $"up to {LongestPrefix} letters, digits, -, _, . and :");
        if (!isUsed) return options;
        if (options.Configuration is null) reader.Add("Hashgate:Redis:Configuration is missing: Trust:Provider is redis, so it must name the server, such as redis:6379.");
        else if (reader.Errors.Count == before && RedisConfiguration.Check(options) is { } wrong) reader.Add(wrong);
        return options;
    }
}
