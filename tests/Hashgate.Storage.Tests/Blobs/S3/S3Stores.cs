using Hashgate.Storage.Blobs.S3;
using Hashgate.Testing.S3;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Blobs.S3;

/// <summary>Connects to the object stores of tests.</summary>
internal static class S3Stores
{
    /// <summary>S3's least, which all stores take.</summary>
    public const int PartBytes = 5 << 20;

    public static readonly S3Options Options = new() { Bucket = S3rver.Bucket, AccessKey = "S3RVER", SecretKey = "S3RVER", PartBytes = PartBytes };

    public static S3Options Of(FakeS3 store) => Options with { ServiceUrl = store.Url.AbsoluteUri, Prefix = "some/" };

    public static S3Bucket Connect(S3Options options, TimeProvider? time = null) => new(options, time ?? TimeProvider.System, NullLogger<S3Bucket>.Instance);

    public static S3SharedBlobs Blobs(S3Bucket bucket) => new(bucket, NullLogger<S3SharedBlobs>.Instance);
}
