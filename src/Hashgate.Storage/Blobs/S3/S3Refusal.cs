using System.Net;
using Amazon.Runtime;

namespace Hashgate.Storage.Blobs.S3;

/// <summary>The object store answered with an error status.</summary>
internal sealed class S3Refusal(AmazonServiceException cause) : IOException($"The object store answered {(int)cause.StatusCode} {Plain(cause.ErrorCode, 60)}.", cause)
{
    public const string NoSuchBucket = "NoSuchBucket";

    public const string MalformedXml = "MalformedXML";

    public HttpStatusCode Status => cause.StatusCode;

    /// <summary>S3's name for what is wrong.</summary>
    public string Code { get; } = Plain(cause.ErrorCode, 60);

    /// <summary>What isn't there, is there already, or isn't known to the store, is no sign that it fails.</summary>
    public bool IsAnswer => Status is HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict or HttpStatusCode.NotImplemented
        ? Code != NoSuchBucket
        : Code == MalformedXml;

    /// <summary>A store's words as they may stand in a sentence: one line of printable ASCII.</summary>
    public static string Plain(string? text, int longest) =>
        string.Concat((text ?? "").Take(longest).Select(c => c is >= ' ' and <= '~' ? c : '?'));
}
