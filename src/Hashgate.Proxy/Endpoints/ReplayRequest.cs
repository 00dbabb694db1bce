using System.Text.Json;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Try a policy on the recorded downloads.</summary>
/// <param name="Since"><c>30d</c> or a day such as <c>2026-01-31</c>; none: 30 days.</param>
/// <param name="Settings">What a settings file holds, with <c>Hashgate:Policy</c> and <c>Hashgate:Advisories:WhenMissing</c> alone; none: those in force.</param>
/// <param name="Lists">Texts of lists by rule (<c>allowlist</c>, <c>blocklist</c>, <c>typosquat</c>), in place of those that files or URLs hold.</param>
public sealed record ReplayRequest(string? Since, JsonElement? Settings, IReadOnlyDictionary<string, string?>? Lists);
