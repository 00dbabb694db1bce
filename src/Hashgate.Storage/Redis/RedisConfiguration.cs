using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace Hashgate.Storage.Redis;

/// <summary>What the client is told to do.</summary>
public static class RedisConfiguration
{
    /// <summary>What is wrong with a connection string and the files beside it; null where nothing is. Never quotes it, for it may hold a password.</summary>
    public static string? Check(RedisOptions options)
    {
        try
        {
            var configuration = Of(options);
            if (configuration.EndPoints.Count == 0) return "Hashgate:Redis:Configuration names no server: it must begin with one, such as redis:6379.";
            if ((options.CaFile ?? options.CertificateFile) is not null && !configuration.Ssl) return "Hashgate:Redis:CaFile and CertificateFile are for TLS: Hashgate:Redis:Configuration must say ssl=true, or they must go.";
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"Hashgate:Redis:CaFile, CertificateFile or KeyFile can't be read as PEM: {error.Message}";
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException)
        {
            return "Hashgate:Redis:Configuration can't be read: it must be servers and options joined by commas, such as redis:6379,user=hashgate,password=…,ssl=true, and no other options than StackExchange.Redis knows.";
        }
    }

    internal static ConfigurationOptions Of(RedisOptions options)
    {
        var configuration = string.IsNullOrEmpty(options.Configuration) ? new ConfigurationOptions() : ConfigurationOptions.Parse(options.Configuration);
        configuration.AbortOnConnectFail = false;
        configuration.ClientName ??= "hashgate";
        configuration.ConnectTimeout = configuration.AsyncTimeout = (int)options.Timeout.TotalMilliseconds;
        // Without a connection a command fails now: a queue of them would only answer when nobody waits any more.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ReconnectRetryPolicy = new LinearRetry(500);
        configuration.HeartbeatInterval = TimeSpan.FromMilliseconds(250);
        // A peer that vanished without a word is found out by its silence, not by the kernel's quarter of an hour.
        configuration.KeepAlive = 5;
        // Both are keys and channels outside our prefix, for clients that choose among several primaries.
        configuration.TieBreaker = "";
        configuration.ConfigurationChannel = "";
        if (options.CaFile is { } authority) configuration.TrustIssuer(X509CertificateLoader.LoadCertificateFromFile(authority));
        if (options.CertificateFile is { } certificate)
        {
            var shown = Exportable(certificate, options.KeyFile);
            configuration.CertificateSelection += (_, _, _, _, _) => shown;
        }
        return configuration;
    }

    // A key that is only in memory can't be used for TLS on every platform.
    private static X509Certificate2 Exportable(string certificate, string? key)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificate, key);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }
}
