using System.Text;
using System.Text.Json.Nodes;

namespace Hashgate.Testing;

/// <summary>Provenance as the Integrity API tells it (PEP 740). Signatures and certificates are empty: nobody here looks at them.</summary>
public static class TestProvenance
{
    public const string PublishV1 = "https://docs.pypi.org/attestations/publish/v1";

    public static JsonObject GitHub(string repository, string workflow = "release.yml") =>
        new() { ["kind"] = "GitHub", ["repository"] = repository, ["workflow"] = workflow, ["environment"] = "pypi" };

    /// <summary>One bundle of one publish attestation.</summary>
    public static string Of(JsonObject publisher, string filename, string sha256, string predicateType = PublishV1, JsonNode? predicate = null) =>
        Document((publisher, [Attestation(Statement(filename, sha256, predicateType, predicate))])).ToJsonString();

    public static JsonObject Document(params (JsonObject Publisher, JsonObject[] Attestations)[] bundles) => new()
    {
        ["version"] = 1,
        ["attestation_bundles"] = new JsonArray([.. bundles.Select(b => new JsonObject { ["publisher"] = b.Publisher.DeepClone(), ["attestations"] = new JsonArray([.. b.Attestations]) })]),
    };

    /// <summary>An attestation around a statement's text.</summary>
    public static JsonObject Attestation(string statement) => new()
    {
        ["version"] = 1,
        ["verification_material"] = new JsonObject { ["certificate"] = "", ["transparency_entries"] = new JsonArray() },
        ["envelope"] = new JsonObject { ["statement"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(statement)), ["signature"] = "" },
    };

    public static string Statement(string filename, string sha256, string predicateType = PublishV1, JsonNode? predicate = null) => new JsonObject
    {
        ["_type"] = "https://in-toto.io/Statement/v1",
        ["subject"] = new JsonArray(new JsonObject { ["name"] = filename, ["digest"] = new JsonObject { ["sha256"] = sha256 } }),
        ["predicateType"] = predicateType,
        ["predicate"] = predicate,
    }.ToJsonString();
}
