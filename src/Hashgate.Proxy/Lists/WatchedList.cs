using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Lists;

/// <summary>
/// One list, kept in force as its source changes. A source with an error, or away, leaves the last good content in force, and says so.
/// </summary>
/// <param name="copyPath">Where the last good content is kept.</param>
internal sealed partial class WatchedList(ListSettings settings, ListKind kind, IListSource source, string copyPath, PolicyState policy, IEventLog events, TimeProvider time, ILogger<WatchedList> logger)
{
    private byte[]? _inForce;
    private string? _etag;

    // What was looked at last and found wrong, or found once: not judged, or told of, twice.
    private byte[]? _refused;
    private string? _whyRefused;
    private byte[]? _seen;

    private volatile string? _problem;

    // UTC ticks: read while it is written.
    private long _confirmedAt;

    /// <summary>The rule that goes by it.</summary>
    public string Rule => settings.Rule;

    /// <summary>How many entries are in force.</summary>
    public int Count { get; private set; }

    /// <summary>When the source last said what is in force; null before the first time.</summary>
    public DateTimeOffset? ConfirmedAt => Volatile.Read(ref _confirmedAt) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Why what the source says now is not in force; null where it is.</summary>
    public string? Problem => _problem;

    /// <summary>Puts the list in force before the first request.</summary>
    /// <exception cref="SettingsException">The list has errors, or its file can't be read, and there is no last good one.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (ListCopy.Read(copyPath, settings.Source) is { } copy && kind.Read(copy.Content) is { Problems: [] } kept)
        {
            policy.Change(kept.Apply);
            Count = kept.Count;
            (_inForce, _etag) = (copy.Content, copy.ETag);
        }

        var fetch = await source.FetchAsync(_etag, cancellationToken);
        var errors = Judge(fetch);
        if (errors.Count > 0 && _inForce is null && (settings.File is not null || fetch.Content is not null))
            throw new SettingsException([.. errors.Select(error => $"The {kind.Name} {settings.Source}: {error}.")]);
    }

    /// <summary>Follows the source until the end.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(source.Pause, time, cancellationToken);
            var fetch = await source.FetchAsync(_etag, cancellationToken);
            if (IsSettled(fetch)) Judge(fetch);
        }
    }

    /// <summary>An editor may be writing a file in place: it is taken once two looks find the same.</summary>
    private bool IsSettled(ListFetch fetch)
    {
        if (settings.File is null || fetch.Content is null) return true;
        var settled = IsSame(fetch.Content, _seen);
        _seen = fetch.Content;
        return settled;
    }

    /// <summary>Takes what was fetched if it is good; what is wrong with it if not.</summary>
    private IReadOnlyList<string> Judge(ListFetch fetch)
    {
        if (fetch.Problem is { } away) return Refuse([away], content: null);
        if (fetch.Content is not { } content || IsSame(content, _inForce))
        {
            (_problem, _refused, _etag) = (null, null, fetch.ETag ?? _etag);
            Volatile.Write(ref _confirmedAt, time.GetUtcNow().UtcTicks);
            return [];
        }
        if (IsSame(content, _refused))
        {
            _problem = _whyRefused;
            return [_whyRefused!];
        }

        var reading = kind.Read(content);
        if (reading.Problems.Count > 0) return Refuse([.. reading.Problems.Select(p => p.ToString())], content);
        Take(reading, content, fetch.ETag);
        return [];
    }

    private void Take(ListContent list, byte[] content, string? etag)
    {
        var isChange = _inForce is not null;
        policy.Change(list.Apply);
        (_inForce, _etag, _refused, _problem) = (content, etag, null, null);
        Count = list.Count;
        Volatile.Write(ref _confirmedAt, time.GetUtcNow().UtcTicks);
        LogTaken(kind.Name, settings.Source, list.Count);
        if (isChange) events.Record(new Event { Kind = EventKinds.PolicyChanged, When = time.GetUtcNow(), Rule = settings.Rule, Reason = $"the {kind.Name} changed: it has {list.Count} entries now" });
        try
        {
            new ListCopy(settings.Source, etag, content).Write(copyPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // In force all the same; only the next start lacks it.
            LogNotKept(kind.Name, error);
        }
    }

    private IReadOnlyList<string> Refuse(IReadOnlyList<string> errors, byte[]? content)
    {
        var standing = _inForce is null ? "nothing is known of it, so the rule holds what it can't judge" : "the last good one stays in force";
        var problem = $"the {kind.Name} can't be used: {errors[0]}{(errors.Count > 1 ? $" (and {errors.Count - 1} more)" : "")}; {standing}";
        if (problem != _problem)
        {
            foreach (var error in errors) LogRefused(kind.Name, settings.Source, error, standing);
        }
        _problem = problem;
        if (content is not null) (_refused, _whyRefused) = (content, problem);
        return errors;
    }

    /// <summary>No content is not the same as an empty one.</summary>
    private static bool IsSame(byte[] content, byte[]? known) => known is not null && content.AsSpan().SequenceEqual(known);

    [LoggerMessage(3111, LogLevel.Information, "The {List} {Source} is in force, with {Count} entries")]
    private partial void LogTaken(string list, string source, int count);

    [LoggerMessage(3112, LogLevel.Error, "The {List} {Source} can't be used: {Problem}; {Standing}")]
    private partial void LogRefused(string list, string source, string problem, string standing);

    [LoggerMessage(3113, LogLevel.Warning, "The {List} is in force, but no copy of it could be kept for the next start")]
    private partial void LogNotKept(string list, Exception error);
}
