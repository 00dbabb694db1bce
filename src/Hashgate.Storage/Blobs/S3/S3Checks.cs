using System.Net;

namespace Hashgate.Storage.Blobs.S3;

/// <summary>Which refusals of an object store are a wrong setting's, and what to do about them.</summary>
internal static class S3Checks
{
    public const string Permissions = "s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload and s3:ListBucket";

    public const string ChunksKept = "Hashgate:S3:UseChunkEncoding is true, and the object store gives back other bytes than it was given, as those do that keep the marks of chunks: set it to false.";

    /// <summary>Names the setting and the remedy; null where the store may mend it by itself.</summary>
    public static string? FindProblem(S3Refusal refusal, S3Options options) => (refusal.Status, refusal.Code) switch
    {
        (_, S3Refusal.NoSuchBucket) or (HttpStatusCode.BadRequest, "InvalidBucketName") =>
            $"Hashgate:S3:Bucket is '{options.Bucket}', which the object store doesn't have: make it, or name one that is there.",
        (HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect, _) or (HttpStatusCode.BadRequest, "AuthorizationHeaderMalformed" or "PermanentRedirect") =>
            $"Hashgate:S3:Region is '{options.Region}', which isn't where the bucket '{options.Bucket}' is ({refusal.Code}): name the bucket's region.",
        // A clock that is off is set right again, and a session's key is renewed.
        (HttpStatusCode.Forbidden, "RequestTimeTooSkewed" or "ExpiredToken") => null,
        (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized, "InvalidAccessKeyId" or "SignatureDoesNotMatch") =>
            $"Hashgate:S3:AccessKey or Hashgate:S3:SecretKey is wrong: the object store answers {refusal.Code}.",
        (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized, _) =>
            $"Hashgate:S3:AccessKey may not use the bucket '{options.Bucket}' ({refusal.Code}): it needs {Permissions}. Without the last a store answers 403 for what isn't there.",
        (HttpStatusCode.NotImplemented, _) when options.UseChunkEncoding =>
            $"Hashgate:S3:UseChunkEncoding is true, which the object store doesn't know ({refusal.Code}): set it to false.",
        _ => null,
    };
}
