using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Advisories;

/// <summary>The one switch that chooses a source.</summary>
internal static class AdvisorySources
{
    /// <summary>The source that is configured; null for none.</summary>
    public static IAdvisorySource? Create(HashgateSettings settings, string folder, AdvisoryLimits limits, TimeProvider time)
    {
        if (settings.Advisories.Source is not { } source) return null;
        if (!AdvisorySettings.IsUrl(source)) return new LocalSource(source, limits, time);
        var url = new Uri(source);
        var server = new DocumentServer("advisories", url, settings.Advisories.AllowPrivateNetwork, WebSource.Silence, WebSource.Longest);
        return new WebSource(url, new DocumentClient(server, UserAgent.Of(settings.ClientOptions), time), folder, limits, time);
    }
}
