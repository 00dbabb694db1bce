namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>Who may read metrics, and where else they go.</summary>
/// <param name="Anonymous">Whether <c>/metrics</c> needs no token (<c>Metrics:Anonymous</c>).</param>
/// <param name="Otlp">Null: nowhere.</param>
public sealed record MetricsSettings(bool Anonymous, OtlpSettings? Otlp)
{
    internal static MetricsSettings Read(SettingsReader reader) => new(reader.Flag("Metrics:Anonymous", true), OtlpSettings.Read(reader));
}

/// <summary>A receiver of OpenTelemetry's protocol.</summary>
/// <param name="Endpoint">Its base URL; <c>/v1/metrics</c> is put behind it for HTTP (<c>Metrics:Otlp:Endpoint</c>).</param>
/// <param name="UsesGrpc">gRPC, not HTTP (<c>Metrics:Otlp:Protocol</c>).</param>
/// <param name="Interval">How often (<c>Metrics:Otlp:Interval</c>).</param>
/// <param name="Headers"><c>name=value</c> pairs with commas between them; may be secret (<c>Metrics:Otlp:Headers</c>).</param>
public sealed record OtlpSettings(Uri Endpoint, bool UsesGrpc, TimeSpan Interval, string? Headers)
{
    internal static OtlpSettings? Read(SettingsReader reader)
    {
        var endpoint = reader.Url("Metrics:Otlp:Endpoint");
        var protocol = reader.Choice("Metrics:Otlp:Protocol", "http/protobuf", "http/protobuf", "grpc");
        var interval = reader.Duration("Metrics:Otlp:Interval", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        var headers = reader.Text("Metrics:Otlp:Headers");
        // Never quoted in the error: it may be a real secret.
        if (headers is not null && !headers.Split(',').All(IsPair)) reader.Add("Hashgate:Metrics:Otlp:Headers must be name=value pairs with commas between them, printable ASCII.");
        return endpoint is null ? null : new OtlpSettings(endpoint, protocol == "grpc", interval, headers);
    }

    private static bool IsPair(string text) =>
        text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } value]
        && name.Trim().All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
