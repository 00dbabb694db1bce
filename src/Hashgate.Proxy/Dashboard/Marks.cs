using Hashgate.Core.Events;
using Hashgate.Core.Policy;

namespace Hashgate.Proxy.Dashboard;

/// <summary>How something stands: its picture, its word, and the class that colours them.</summary>
public readonly record struct Mark(string Icon, string Word, string Class)
{
    /// <summary>Of a verdict.</summary>
    public static Mark Of(Verdict verdict) => verdict switch
    {
        Verdict.Allow => new Mark("allow", "allowed", "ok"),
        Verdict.Warn => new Mark("warn", "warned", "warn"),
        Verdict.Hold => new Mark("hold", "held", "hold"),
        Verdict.Block => new Mark("block", "blocked", "block"),
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    /// <summary>Of an event's kind; one that this program doesn't know goes by its name.</summary>
    public static Mark Of(string kind) => kind switch
    {
        EventKinds.Blocked => Of(Verdict.Block),
        EventKinds.Held => Of(Verdict.Hold),
        EventKinds.Warned => Of(Verdict.Warn),
        EventKinds.Rollback or EventKinds.Removed or EventKinds.UpstreamDown or EventKinds.AdvisoriesRefused or EventKinds.SignInRefused or EventKinds.TokenRefused => new Mark("warn", kind, "warn"),
        EventKinds.Flagged => new Mark("warn", kind, "warn"),
        EventKinds.UpstreamUp => new Mark("allow", kind, "ok"),
        EventKinds.Waived or EventKinds.PolicyChanged or EventKinds.SignedIn or EventKinds.SignedOut or EventKinds.Acted
            or EventKinds.TokenCreated or EventKinds.TokenRevoked => new Mark("act", kind, "info"),
        _ when EventKinds.IsAlarm(kind) => new Mark("alarm", kind, "alarm"),
        _ => new Mark("info", kind, "info"),
    };

    /// <summary>Something that is as it should be, or isn't.</summary>
    public static Mark Of(bool isWell, string well = "well", string unwell = "degraded") => isWell ? new Mark("allow", well, "ok") : new Mark("warn", unwell, "warn");
}
