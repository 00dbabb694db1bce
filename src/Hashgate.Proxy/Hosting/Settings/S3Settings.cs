using Hashgate.Proxy.Upstreams;
using Hashgate.Storage.Blobs.S3;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>Reads <c>Blobs:Provider</c> and <c>S3</c>.</summary>
internal static class S3Settings
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The object store that replicas share; null where blobs stay on this machine's disk.</summary>
    public static S3Options? Read(SettingsReader reader)
    {
        var uses = ReadUse(reader);
        var bucket = reader.Text("S3:Bucket");
        var url = reader.Url("S3:ServiceUrl");
        var (access, secret) = (reader.Text("S3:AccessKey"), reader.Text("S3:SecretKey"));
        var authorities = reader.Certificates("S3:CaFile");
        var options = new S3Options
        {
            ServiceUrl = url?.AbsoluteUri,
            PublicUrl = reader.Url("S3:PublicUrl")?.AbsoluteUri,
            Bucket = bucket ?? "",
            Region = reader.Text("S3:Region") ?? "us-east-1",
            AccessKey = access,
            SecretKey = secret,
            Prefix = Prefix(reader),
            UseChunkEncoding = reader.Flag("S3:UseChunkEncoding", true),
            PartBytes = reader.Number("S3:PartBytes", 8 << 20, 5 << 20, 1 << 30),
            MaxUploads = reader.Count("S3:MaxUploads", 8, 1, 1000),
            Timeout = reader.Duration("S3:Timeout", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            ReadTimeout = reader.Duration("S3:ReadTimeout", TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
            CreateHandler = () => UpstreamHandlers.Plain(ConnectTimeout, int.MaxValue, authorities),
        };
        if (!uses) return null;
        if (bucket is null) reader.Add("Hashgate:S3:Bucket is missing: Blobs:Provider is s3, so it must name a bucket that is there.");
        if ((access is null) != (secret is null)) reader.Add("Hashgate:S3:AccessKey and Hashgate:S3:SecretKey go together: set both, or neither where the machine has a role of its own.");
        return options;
    }

    /// <summary>Whether clients may be sent to the object store.</summary>
    public static bool ReadRedirect(SettingsReader reader)
    {
        if (!reader.Flag("Blobs:Redirect", false)) return false;
        if (ReadUse(reader)) return true;
        reader.Add("Hashgate:Blobs:Redirect is true: it needs Hashgate:Blobs:Provider to be s3, for there is nowhere else to send clients to.");
        return false;
    }

    private static bool ReadUse(SettingsReader reader) => reader.Choice("Blobs:Provider", "disk", "disk", "s3") == "s3";

    private static string Prefix(SettingsReader reader)
    {
        if (reader.Text("S3:Prefix") is not { } prefix) return "";
        if (prefix.StartsWith('/') || prefix.Length > 200 || !prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.'))
        {
            reader.Wrong("S3:Prefix", prefix, "at most 200 ASCII letters, digits, '-', '_', '.' and '/', not beginning with '/'");
            return "";
        }
        return prefix.EndsWith('/') ? prefix : prefix + "/";
    }
}
