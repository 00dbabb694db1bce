using System.Text.Json;
using System.Text.Json.Serialization;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Storage.Pages;

/// <summary>
/// What is kept about a page, apart from its body so that it can change alone. It names the body it belongs to: writing
/// the header is what makes a new body count, and no crash can join the one's validators to the other's files.
/// </summary>
/// <param name="Schema">Grows when an older program could misread the rest.</param>
/// <param name="Body">The digest of the stored body.</param>
/// <param name="BodyLength">Bytes of the body once decompressed.</param>
internal sealed record PageHeader(
    int Schema,
    string Upstream,
    string Project,
    string? ETag,
    string? LastModified,
    DateTimeOffset FetchedAt,
    DateTimeOffset? GoneSince,
    DateTimeOffset? RollbackSince,
    string Body,
    int BodyLength)
{
    private const int FirstSchema = 1;

    /// <summary>The body has files that the upstream lists no more, which an older program would not know from its other keys.</summary>
    private const int SchemaWithRemoved = 2;

    public static PageHeader Of(PageSnapshot snapshot, string body, int bodyLength) => new(
        snapshot.Page.Removed.Count > 0 ? SchemaWithRemoved : FirstSchema, snapshot.Upstream, snapshot.Page.Project.Value, snapshot.ETag, snapshot.LastModified,
        snapshot.FetchedAt, snapshot.GoneSince, snapshot.RollbackSince, body, bodyLength);

    /// <summary>The snapshot that this header makes of a page: all it says goes with it.</summary>
    public PageSnapshot With(ProjectPage page) => new(Upstream, page, ETag, LastModified, FetchedAt, GoneSince, RollbackSince);

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, PageHeaderJson.Default.PageHeader);

    /// <summary>Reads a header of this very page; null for anything else.</summary>
    public static PageHeader? TryRead(ReadOnlySpan<byte> bytes, string upstream, ProjectName project) =>
        TryRead(bytes) is { } header && header.Upstream == upstream && header.Project == project.Value ? header : null;

    /// <summary>Reads a header; null where the bytes are none, or a newer program's.</summary>
    public static PageHeader? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, PageHeaderJson.Default.PageHeader) is { Schema: FirstSchema or SchemaWithRemoved } header
                && ProjectName.IsNormalized(header.Project) && Sha256Digest.TryParse(header.Body, out _) ? header : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PageHeader))]
internal sealed partial class PageHeaderJson : JsonSerializerContext;
