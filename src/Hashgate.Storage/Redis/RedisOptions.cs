namespace Hashgate.Storage.Redis;

/// <summary>The settings under <c>Hashgate:Redis</c>.</summary>
public sealed class RedisOptions
{
    /// <summary>
    /// A StackExchange.Redis connection string, <c>host:port,password=…,ssl=true</c>; none by default. With <c>serviceName=…</c> the servers
    /// in it are Sentinels.
    /// </summary>
    public string? Configuration { get; set; }

    /// <summary>What every key begins with, in braces; <c>hashgate</c> by default.</summary>
    public string KeyPrefix { get; set; } = "hashgate";

    /// <summary>
    /// Whether it is a Redis Cluster, over which keys are spread: projects in <see cref="Core.Trust.ProjectBuckets.Count"/> buckets, and the
    /// other families of keys each in one slot. False by default: all keys lie in one slot. It can't be changed under a store that holds records.
    /// </summary>
    public bool Cluster { get; set; }

    /// <summary>The PEM file of the authority that signed the servers' certificates; none: those that the machine trusts. Needs <c>ssl=true</c>.</summary>
    public string? CaFile { get; set; }

    /// <summary>The PEM file of the certificate that this client shows, and that of its key; none by default. Needs <c>ssl=true</c>.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The PEM file of the key of <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Whether a Redis that doesn't let its settings be read is taken to be durable.</summary>
    public bool AssumeDurable { get; set; }

    /// <summary>How long one command may take before the store counts as away: 1.5 s by default, 100 ms to 1 minute.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1.5);
}
