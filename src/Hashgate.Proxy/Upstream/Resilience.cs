using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Hashgate.Proxy.Upstreams;

/// <summary>Retries around a circuit breaker, one pair for each upstream: every attempt counts, and none is made while the circuit is open.</summary>
internal static class Resilience
{
    private static readonly TimeSpan LongestBreak = TimeSpan.FromMinutes(1);

    public static ResiliencePipeline<Answer> Build(UpstreamClientOptions options, TimeProvider time, Action<bool> circuitIsOpen) =>
        new ResiliencePipelineBuilder<Answer> { TimeProvider = time }
            .AddRetry(Retry(options))
            .AddCircuitBreaker(Circuit(options, circuitIsOpen))
            .Build();

    private static RetryStrategyOptions<Answer> Retry(UpstreamClientOptions options) => new()
    {
        MaxRetryAttempts = options.Retries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.RetryDelay,
        MaxDelay = options.MaxRetryAfter,
        ShouldHandle = args => ValueTask.FromResult(
            args.Outcome.Result is { IsTransient: true } answer && !(answer.RetryAfter > options.MaxRetryAfter)),
        // Null leaves the delay to the back-off.
        DelayGenerator = args => ValueTask.FromResult(args.Outcome.Result?.RetryAfter),
    };

    private static CircuitBreakerStrategyOptions<Answer> Circuit(UpstreamClientOptions options, Action<bool> isOpen) => new()
    {
        FailureRatio = 0.5,
        MinimumThroughput = options.CircuitMinimumAttempts,
        SamplingDuration = options.CircuitSampling,
        BreakDurationGenerator = args => ValueTask.FromResult(Longer(options.CircuitBreak, args.HalfOpenAttempts)),
        ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is { IsOutage: true }),
        OnOpened = _ =>
        {
            isOpen(true);
            return ValueTask.CompletedTask;
        },
        OnClosed = _ =>
        {
            isOpen(false);
            return ValueTask.CompletedTask;
        },
    };

    private static TimeSpan Longer(TimeSpan first, int failedTries)
    {
        var grown = first * Math.Pow(2, Math.Min(failedTries, 10));
        return grown < LongestBreak ? grown : first > LongestBreak ? first : LongestBreak;
    }
}
