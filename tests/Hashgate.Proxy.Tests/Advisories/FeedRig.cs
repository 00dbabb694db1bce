using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Advisories;
using Hashgate.Proxy.Tests.Hosting;
using Hashgate.Storage.Advisories;
using Hashgate.Testing;
using Microsoft.Extensions.Logging;

namespace Hashgate.Proxy.Tests.Advisories;

/// <summary>A feed with what it needs, refreshed when a test says so.</summary>
internal sealed class FeedRig : ILogger<AdvisoryFeed>, IDisposable
{
    private readonly AdvisoryFeed _feed;

    public FeedRig(string source, string dataDirectory, ManualTimeProvider time, AdvisoryLimits? limits = null, bool hold = false)
    {
        Time = time;
        var settings = LoadedSettings.Right(("Advisories:Source", source), ("Advisories:WhenMissing", hold ? "hold" : "warn"), ("DataDirectory", dataDirectory));
        KeptAt = Path.Combine(dataDirectory, "advisories", "feed");
        _feed = new AdvisoryFeed(
            AdvisorySources.Create(settings, Path.Combine(dataDirectory, "advisories"), limits ?? new AdvisoryLimits(), time), new AdvisoryFile(KeptAt), settings.Advisories, Policy, Events, time, this);
        _feed.Open();
    }

    public ManualTimeProvider Time { get; }

    public PolicyState Policy { get; } = new();

    public MemoryEventLog Events { get; } = new();

    /// <summary>What was logged at Warning and above.</summary>
    public List<string> Warnings { get; } = [];

    public string KeptAt { get; }

    public IReadOnlyList<string> Status => _feed.Status;

    public Task RefreshAsync() => _feed.RefreshAsync(CancellationToken.None);

    /// <summary>The record that calls a version malicious; null where none does.</summary>
    public string? MalwareOf(string project, string version) =>
        Policy.Current.Advisories.For(ProjectName.Parse(project)).Of(PackageVersion.Parse(version)).Malware is [var first, ..] ? first.Record.Id : null;

    public int EventsOf(string kind) => Events.Recorded.Count(e => e.Kind == kind);

    public void Dispose() => _feed.Dispose();

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Warning) Warnings.Add(formatter(state, exception));
    }
}
