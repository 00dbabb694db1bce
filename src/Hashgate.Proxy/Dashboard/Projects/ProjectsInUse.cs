namespace Hashgate.Proxy.Dashboard.Projects;

/// <summary>Where one looks a project up.</summary>
/// <param name="Asked">What was typed and is no name; null where nothing was.</param>
/// <param name="InUse">The projects whose pages are in memory.</param>
/// <param name="InMemory">How many there are of them.</param>
public sealed record ProjectsInUse(string? Asked, IReadOnlyList<ProjectInUse> InUse, int InMemory);

/// <summary>A project that installers asked for lately.</summary>
/// <param name="PageOf">When the upstream's page was read.</param>
public sealed record ProjectInUse(string Project, string Upstream, int Files, int Refused, string? WorstRule, DateTimeOffset PageOf);
