using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.SimpleApi;

/// <summary>What the writers of JSON share.</summary>
internal static class JsonOutput
{
    // The default encoder escapes all but plain ASCII, so that no client guesses an encoding and no sniffer sees HTML.
    // The writers below produce well-formed JSON by construction; checking it again costs a third of the time.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Default, SkipValidation = true };

    public static Utf8JsonWriter Over(IBufferWriter<byte> output) => new(output, Options);

    public static void Digest(Utf8JsonWriter json, Sha256Digest digest)
    {
        Span<byte> hex = stackalloc byte[2 * Sha256Digest.Length];
        digest.WriteDigits(hex);
        json.WriteString("sha256"u8, hex);
    }

    /// <summary>The digests that a page named, as members of the object that is open.</summary>
    public static void Hashes(Utf8JsonWriter json, ProjectFile file)
    {
        if (!file.NamesOnlySha256)
        {
            foreach (var (algorithm, digest) in file.Hashes) json.WriteString(algorithm, digest);
        }
        else if (file.Sha256 is { } sha256)
        {
            Digest(json, sha256);
        }
    }

    public static void Digests(Utf8JsonWriter json, Sha256Digest? sha256)
    {
        json.WriteStartObject();
        if (sha256 is { } digest) Digest(json, digest);
        json.WriteEndObject();
    }

    public static void Link(Utf8JsonWriter json, ServedLink link)
    {
        Span<char> buffer = stackalloc char[512];
        json.WriteString("url"u8, link.WriteTo(buffer));
    }

    public static void UploadTime(Utf8JsonWriter json, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[UploadTimes.Length];
        UploadTimes.Write(time, text);
        json.WriteString("upload-time"u8, text);
    }

    public static void Yanked(Utf8JsonWriter json, bool isYanked, string? reason)
    {
        if (isYanked && reason is { Length: > 0 }) json.WriteString("yanked"u8, reason);
        else json.WriteBoolean("yanked"u8, isYanked);
    }

    public static void Extra(Utf8JsonWriter json, IReadOnlyDictionary<string, JsonElement> extra, Func<string, bool>? keep = null)
    {
        foreach (var (key, value) in extra)
        {
            if (keep is not null && !keep(key)) continue;
            json.WritePropertyName(key);
            value.WriteTo(json);
        }
    }
}
