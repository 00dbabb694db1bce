using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Provenance;

/// <summary>
/// Reads what the Integrity API answers (PEP 740, PyPA "index hosted attestations"). Strict and bounded: what can't be read one way only
/// isn't read at all. Keys that are not known are passed over.
/// </summary>
public static class ProvenanceReader
{
    /// <summary>The most bytes of a document. 4 MiB; PyPI's have some 10 KiB.</summary>
    public const int MaxBytes = 4 << 20;

    private const int MaxBundles = 64;
    private const int MaxAttestations = 64;
    private const int MaxSubjects = 1024;
    private const int MaxNameLength = 1024;
    private const string StatementV1 = "https://in-toto.io/Statement/v1";

    /// <summary>Of two values under one key no one can say which was meant.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <param name="problem">What is wrong, in printable ASCII; it names a key and quotes no value.</param>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out ProvenanceDocument? document, [NotNullWhen(false)] out string? problem)
    {
        (document, problem) = (null, null);
        if (utf8.Length > MaxBytes)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"the provenance has more than {MaxBytes} bytes");
            return false;
        }
        try
        {
            using var json = JsonDocument.Parse(utf8, Strict);
            document = Read(json.RootElement);
            return true;
        }
        catch (JsonException error)
        {
            problem = error is UnreadableException ? error.Message : "the provenance is no JSON, or has a key twice";
            return false;
        }
        catch (InvalidOperationException)
        {
            // The parser's word for text that is no Unicode.
            problem = "the provenance has text that is no Unicode";
            return false;
        }
    }

    private static ProvenanceDocument Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw Wrong("the provenance", "an object");
        if (!root.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != 1)
            throw Wrong("version", "1");
        return new ProvenanceDocument([.. Items(root, "attestation_bundles", MaxBundles).Select(ReadBundle)]);
    }

    private static AttestationBundle ReadBundle(JsonElement bundle)
    {
        if (bundle.ValueKind != JsonValueKind.Object) throw Wrong("a bundle", "an object");
        return new AttestationBundle(ReadPublisher(Member(bundle, "publisher", JsonValueKind.Object)), [.. Items(bundle, "attestations", MaxAttestations).Select(ReadAttestation)]);
    }

    private static Publisher ReadPublisher(JsonElement publisher)
    {
        var kind = Text(publisher, "kind", Publisher.MaxKindLength);
        return kind switch
        {
            "GitHub" => Publisher.Of(kind, Text(publisher, "repository", Publisher.MaxClaimLength), Text(publisher, "workflow", Publisher.MaxClaimLength)),
            "GitLab" => Publisher.Of(kind, Text(publisher, "repository", Publisher.MaxClaimLength), Text(publisher, "workflow_filepath", Publisher.MaxClaimLength)),
            "Google" => new Publisher(kind, Text(publisher, "email", Publisher.MaxClaimLength)),
            _ => new Publisher(kind, Opaque(publisher)),
        };
    }

    /// <summary>Every claim of a kind that isn't known, in one order whatever the order of the keys.</summary>
    private static string Opaque(JsonElement publisher)
    {
        var claims = publisher.EnumerateObject()
            .Where(claim => claim.Name is not ("kind" or "environment") && claim.Value.ValueKind != JsonValueKind.Null)
            .OrderBy(claim => claim.Name, StringComparer.Ordinal)
            .Select(claim => $"{claim.Name}={(claim.Value.ValueKind == JsonValueKind.String ? claim.Value.GetString() : claim.Value.GetRawText())}");
        var text = string.Join(", ", claims);
        return text.Length <= Publisher.MaxClaimLength ? text : "claims with sha256 " + Sha256Digest.Of(Encoding.UTF8.GetBytes(text));
    }

    private static AttestationStatement ReadAttestation(JsonElement attestation)
    {
        if (attestation.ValueKind != JsonValueKind.Object) throw Wrong("an attestation", "an object");
        var envelope = Member(attestation, "envelope", JsonValueKind.Object);
        if (!Member(envelope, "statement", JsonValueKind.String).TryGetBytesFromBase64(out var payload)) throw Wrong("statement", "base64");
        using var json = JsonDocument.Parse(payload, Strict);
        return ReadStatement(json.RootElement);
    }

    private static AttestationStatement ReadStatement(JsonElement statement)
    {
        if (statement.ValueKind != JsonValueKind.Object) throw Wrong("the statement", "an object");
        var isStatement = statement.TryGetProperty("_type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals(StatementV1);
        var subjects = Items(statement, "subject", MaxSubjects).Select(ReadSubject).ToArray();
        var hasPredicate = statement.TryGetProperty("predicate", out var predicate)
            && predicate.ValueKind != JsonValueKind.Null
            && !(predicate.ValueKind == JsonValueKind.Object && !predicate.EnumerateObject().Any());
        return new AttestationStatement(isStatement, subjects, Text(statement, "predicateType", MaxNameLength), hasPredicate);
    }

    private static StatementSubject ReadSubject(JsonElement subject)
    {
        if (subject.ValueKind != JsonValueKind.Object) throw Wrong("a subject", "an object");
        var name = subject.TryGetProperty("name", out var told) && told.ValueKind == JsonValueKind.String ? Bounded(told, "name", MaxNameLength) : null;
        var digest = subject.TryGetProperty("digest", out var digests) && digests.ValueKind == JsonValueKind.Object
            && digests.TryGetProperty("sha256", out var hex) && hex.ValueKind == JsonValueKind.String
            && Sha256Digest.TryParse(Bounded(hex, "sha256", MaxNameLength), out var parsed) ? parsed : (Sha256Digest?)null;
        return new StatementSubject(name, digest);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement parent, string key, int most)
    {
        var array = Member(parent, key, JsonValueKind.Array);
        if (array.GetArrayLength() > most) throw new UnreadableException(string.Create(CultureInfo.InvariantCulture, $"{key} has more than {most} entries"));
        return array.EnumerateArray();
    }

    private static JsonElement Member(JsonElement parent, string key, JsonValueKind kind) =>
        parent.TryGetProperty(key, out var member) && member.ValueKind == kind ? member : throw Wrong(key, kind switch
        {
            JsonValueKind.Array => "an array",
            JsonValueKind.Object => "an object",
            _ => "a string",
        });

    private static string Text(JsonElement parent, string key, int most) => Bounded(Member(parent, key, JsonValueKind.String), key, most);

    private static string Bounded(JsonElement text, string key, int most)
    {
        var value = text.GetString()!;
        return value.Length is > 0 && value.Length <= most ? value : throw new UnreadableException(string.Create(CultureInfo.InvariantCulture, $"{key} has no characters, or more than {most}"));
    }

    private static UnreadableException Wrong(string key, string expected) => new($"{key} must be {expected}");

    private sealed class UnreadableException(string message) : JsonException(message);
}
