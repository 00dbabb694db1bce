namespace Hashgate.Proxy.Telemetry;

/// <summary>Moments as metrics tell them.</summary>
internal static class UnixTime
{
    /// <summary>Seconds since 1970, with their fraction.</summary>
    public static double Seconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / 1000.0;
}
