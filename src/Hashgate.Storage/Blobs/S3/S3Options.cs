namespace Hashgate.Storage.Blobs.S3;

/// <summary>An S3-compatible object store and the place in it.</summary>
public sealed record S3Options
{
    /// <summary>Where the store answers, an http or https URL; null: Amazon's own for the region.</summary>
    public string? ServiceUrl { get; init; }

    /// <summary>Where clients reach the store, which are sent there; null: where Hashgate does.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>The bucket, which must exist.</summary>
    public required string Bucket { get; init; }

    /// <summary>The region that requests are signed for. Default <c>us-east-1</c>.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Null, as the secret: the library's own search (environment, container, instance role).</summary>
    public string? AccessKey { get; init; }

    public string? SecretKey { get; init; }

    /// <summary>What object names begin with, such as <c>hashgate/</c>. Default nothing.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Whether bodies are signed chunk by chunk as they go out. False for stores that don't know this form: bodies are then hashed before. Default true.</summary>
    public bool UseChunkEncoding { get; init; } = true;

    /// <summary>The size of the parts in which a file is sent, in bytes, 5 MiB (S3's least) to 1 GiB. Default 8 MiB; S3 takes 10,000 parts.</summary>
    public long PartBytes { get; init; } = 8 << 20;

    /// <summary>The most parts and files that are sent at once, 1 to 1,000. Default 8.</summary>
    public int MaxUploads { get; init; } = 8;

    /// <summary>The longest that sending one part or file may take. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait for an object, and for each read of its body: somebody waits for it, and the upstream has it too. Default 5 s.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Makes the connections to the store. Default: straight to it, trusting whom the system trusts.</summary>
    public Func<HttpMessageHandler> CreateHandler { get; init; } = static () => new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
}
