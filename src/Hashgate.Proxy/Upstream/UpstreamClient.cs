using System.Collections.Concurrent;
using System.Net;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>Asks upstreams over HTTP: one guarded handler, circuit and set of connections for each of them.</summary>
public sealed class UpstreamClient : IUpstreamClient, IDisposable
{
    private readonly Dictionary<string, UpstreamConnection> _connections;
    private readonly FileRequests _files;
    private readonly ILogger<UpstreamClient> _log;
    private readonly ConcurrentDictionary<(string Upstream, ApiVersion Version), bool> _newerVersions = new();
    private readonly TimeProvider _time;

    /// <exception cref="ArgumentException">An upstream's FileHosts can't be read.</exception>
    /// <exception cref="IOException">A CaFile can't be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A CaFile holds no certificates.</exception>
    public UpstreamClient(IReadOnlyList<Upstream> upstreams, UpstreamClientOptions options, TimeProvider time, IEventLog events, ILogger<UpstreamClient> log)
        : this(upstreams, options, time, events, log, Dns.GetHostAddressesAsync)
    {
    }

    internal UpstreamClient(
        IReadOnlyList<Upstream> upstreams, UpstreamClientOptions options, TimeProvider time, IEventLog events, ILogger<UpstreamClient> log,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        (_time, _log) = (time, log);
        _files = new FileRequests(time);
        _connections = upstreams.ToDictionary(u => u.Name, u => new UpstreamConnection(u, options, time, events, log, resolve), StringComparer.Ordinal);
    }

    /// <summary>How each upstream has been doing.</summary>
    public IReadOnlyList<UpstreamHealth> Health => [.. _connections.Values.Select(c => c.Health)];

    /// <summary>How long each upstream takes.</summary>
    public IReadOnlyList<RequestTimes> Times => [.. _connections.Values.Select(c => c.Times)];

    public async Task<PageFetch> GetPageAsync(Upstream upstream, ProjectName project, PageSnapshot? previous, CancellationToken cancellationToken)
    {
        var connection = _connections[upstream.Name];
        var limits = connection.Options.PageLimits;
        var url = new Uri(upstream.IndexUrl, $"{project.Value}/");
        var (answer, error) = await PageRequests.GetAsync(connection, url, previous?.ETag, previous?.LastModified, limits, _time, cancellationToken);
        if (answer is null) return error is { Kind: FetchErrorKind.Gone, Status: { } status } ? new PageFetch.Gone(status) : new PageFetch.Failed(error!);
        if (answer.Bytes is not { } lent) return new PageFetch.NotModified();

        using var returned = lent;
        var bytes = lent.GetBuffer().AsSpan(0, (int)lent.Length);
        var read = answer.IsJson
            ? JsonPageReader.TryRead(bytes, project, answer.Url, limits, out var page, out var problem)
            : HtmlPageReader.TryRead(bytes, project, answer.Url, limits, out page, out problem);
        if (read && page!.ApiVersion.CompareTo(ApiVersion.Newest) > 0 && _newerVersions.Count < 100 && _newerVersions.TryAdd((upstream.Name, page.ApiVersion), true))
            UpstreamLog.NewerVersion(_log, upstream.Name, page.ApiVersion.ToString(), ApiVersion.Newest.ToString());
        return read
            ? new PageFetch.Fetched(page!.LastSerial is null ? page with { LastSerial = answer.Serial } : page, answer.ETag, answer.LastModified)
            : new PageFetch.Failed(FetchErrors.From(problem!));
    }

    public Task<FileOpening> OpenFileAsync(Upstream upstream, Uri url, long offset, CancellationToken cancellationToken) =>
        _files.OpenAsync(_connections[upstream.Name], url, offset, cancellationToken);

    public Task<ProvenanceFetch> GetProvenanceAsync(Upstream upstream, Uri url, CancellationToken cancellationToken) =>
        ProvenanceRequests.GetAsync(_connections[upstream.Name], url, _time, cancellationToken);

    /// <summary>Fetches the list of an index's projects, conditionally where there is an earlier one's <paramref name="etag"/>.</summary>
    public async Task<ListFetch> GetListAsync(Upstream upstream, string? etag, CancellationToken cancellationToken)
    {
        var connection = _connections[upstream.Name];
        var limits = connection.Options.ListLimits;
        var (answer, error) = await PageRequests.GetAsync(connection, upstream.IndexUrl, etag, null, limits, _time, cancellationToken);
        if (answer is null) return new ListFetch.Failed(error!);
        if (answer.Bytes is not { } lent) return new ListFetch.NotModified();

        using var returned = lent;
        var bytes = lent.GetBuffer().AsSpan(0, (int)lent.Length);
        var read = answer.IsJson
            ? ProjectListReader.TryReadJson(bytes, limits, out var list, out var problem)
            : ProjectListReader.TryReadHtml(bytes, limits, out list, out problem);
        return read ? new ListFetch.Fetched(list!, answer.ETag) : new ListFetch.Failed(FetchErrors.From(problem!));
    }

    /// <summary>The guarded way to an upstream, for what is passed on rather than read.</summary>
    internal UpstreamConnection ConnectionFor(Upstream upstream) => _connections[upstream.Name];

    public void Dispose()
    {
        foreach (var connection in _connections.Values) connection.Dispose();
    }
}

/// <summary>What came of asking for a project list.</summary>
public abstract record ListFetch
{
    private ListFetch() { }

    public sealed record Fetched(ProjectList List, string? ETag) : ListFetch;

    /// <summary>304: the earlier list still holds.</summary>
    public sealed record NotModified : ListFetch;

    public sealed record Failed(FetchError Error) : ListFetch;
}
