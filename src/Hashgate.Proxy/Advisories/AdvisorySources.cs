using Hashgate.Proxy.Hosting;
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
        var options = new UpstreamClientOptions { Version = ProgramVersion.Number, Contact = settings.UpstreamContact };
        return new WebSource(url, new FeedClient(url, options, time), folder, limits, time);
    }
}
