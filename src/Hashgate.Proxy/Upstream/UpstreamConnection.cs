using System.Net;
using Hashgate.Core.Events;
using Hashgate.Core.Upstreams;
using Polly;
using Polly.CircuitBreaker;

namespace Hashgate.Proxy.Upstreams;

/// <summary>One upstream's handler, circuit, health and share of concurrent requests; turns attempts into one answer.</summary>
internal sealed class UpstreamConnection : IDisposable
{
    private readonly ResiliencePipeline<Answer> _pipeline;
    private readonly HealthKeeper _health;
    private readonly SemaphoreSlim _slots;
    private readonly TimeProvider _time;
    private readonly IEventLog _events;
    private readonly ILogger _log;

    public UpstreamConnection(
        Upstream upstream, UpstreamClientOptions options, TimeProvider time, IEventLog events, ILogger log,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        (Upstream, Options, _time, _events, _log) = (upstream, options, time, events, log);
        Policy = new HopPolicy(upstream);
        Times = new RequestTimes(upstream.Name);
        Invoker = UpstreamHandlers.Create(upstream, Policy, UserAgent.Of(options), resolve, time, Times);
        _health = new HealthKeeper(upstream.Name, time);
        _slots = new SemaphoreSlim(upstream.MaxConcurrent);
        _pipeline = Resilience.Build(options, time, OnCircuit);
    }

    public Upstream Upstream { get; }
    public UpstreamClientOptions Options { get; }
    public HopPolicy Policy { get; }

    /// <summary>The guarded way to this upstream, without retries or a circuit: redirects, credentials, name and timeouts are seen to.</summary>
    public HttpMessageInvoker Invoker { get; }

    public RequestTimes Times { get; }

    public UpstreamHealth Health => _health.Now;

    /// <summary>A place among the requests under way, to be given back; false where none became free in time.</summary>
    public async Task<bool> EnterAsync(CancellationToken cancellationToken)
    {
        if (_slots.Wait(0, CancellationToken.None)) return true;
        using var patience = new CancellationTokenSource(Upstream.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await _slots.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Leave() => _slots.Release();

    /// <summary>Asks, again where that may help; <paramref name="read"/> is part of each attempt and owns the response it is given.</summary>
    public async Task<Answer> AskAsync(
        Func<HttpRequestMessage> request, Func<HttpResponseMessage, CancellationToken, Task<Answer>> read, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _pipeline.ExecuteAsync(async token => await AttemptAsync(request, read, token), cancellationToken);
            if (answer.Error is { Kind: not FetchErrorKind.Gone } error) UpstreamLog.Failed(_log, Upstream.Name, error.Kind, error.Detail);
            return answer;
        }
        catch (BrokenCircuitException)
        {
            return Answer.Without(FetchErrors.CircuitOpen);
        }
    }

    private async Task<Answer> AttemptAsync(
        Func<HttpRequestMessage> make, Func<HttpResponseMessage, CancellationToken, Task<Answer>> read, CancellationToken cancellationToken)
    {
        Answer answer;
        try
        {
            using var request = make();
            var response = await Invoker.SendAsync(request, cancellationToken);
            answer = IsAnswer(response.StatusCode) ? await read(response, cancellationToken) : Refused(response);
        }
        catch (Exception problem) when (FetchErrors.IsExpected(problem, cancellationToken))
        {
            answer = Answer.Without(FetchErrors.From(problem));
        }
        if (answer.IsOutage) _health.Failed(answer.Error!);
        else _health.Succeeded();
        return answer;
    }

    private static bool IsAnswer(HttpStatusCode status) => status is HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.NotModified;

    private Answer Refused(HttpResponseMessage response)
    {
        using (response)
        {
            return Answer.Without(FetchErrors.FromStatus(response.StatusCode), FetchErrors.RetryAfter(response, _time));
        }
    }

    private void OnCircuit(bool open)
    {
        if (!_health.SetCircuit(open)) return;
        var reason = open ? $"Most requests failed lately. {_health.Now.LastError?.Detail}" : "Requests succeed again.";
        UpstreamLog.Circuit(_log, Upstream.Name, open ? "open" : "closed", reason);
        _events.Record(new Event
        {
            Kind = open ? EventKinds.UpstreamDown : EventKinds.UpstreamUp,
            When = _time.GetUtcNow(),
            Upstream = Upstream.Name,
            Reason = reason,
        });
    }

    /// <summary>Ends the connections. The slots hold nothing to free, and bodies that are still open give theirs back later.</summary>
    public void Dispose() => Invoker.Dispose();
}
