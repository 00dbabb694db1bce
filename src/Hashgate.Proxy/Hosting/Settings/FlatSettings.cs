using System.Text;
using Microsoft.Extensions.Configuration.Json;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>A settings file's text as keys with colons and their values.</summary>
internal static class FlatSettings
{
    /// <exception cref="FormatException">The text is no JSON object, or names a key twice.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string json)
    {
        var provider = new Provider();
        try
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
            provider.Load(stream);
        }
        catch (System.Text.Json.JsonException error)
        {
            throw new FormatException(error.Message, error);
        }
        return provider.Values;
    }

    private sealed class Provider() : JsonStreamConfigurationProvider(new JsonStreamConfigurationSource())
    {
        public IReadOnlyDictionary<string, string?> Values => new Dictionary<string, string?>(Data, StringComparer.OrdinalIgnoreCase);
    }
}
