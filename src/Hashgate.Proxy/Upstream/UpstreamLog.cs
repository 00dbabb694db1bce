using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>Event ids 2000 to 2099.</summary>
internal static partial class UpstreamLog
{
    [LoggerMessage(2000, LogLevel.Warning, "Upstream {Upstream} gave no usable answer: {Kind}. {Detail}")]
    public static partial void Failed(ILogger log, string upstream, FetchErrorKind kind, string detail);

    [LoggerMessage(2001, LogLevel.Warning, "The circuit to upstream {Upstream} is {State}. {Reason}")]
    public static partial void Circuit(ILogger log, string upstream, string state, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "Upstream {Upstream} speaks version {Version} of the simple API: what is newer than {Known} is not understood")]
    public static partial void NewerVersion(ILogger log, string upstream, string version, string known);
}
