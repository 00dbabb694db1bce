using Polly;
using Polly.Retry;

namespace Hashgate.Proxy.Webhooks;

/// <summary>How long a receiver is left alone after an attempt that failed: longer each time, with jitter, or as long as it asks.</summary>
internal static class WebhookRetries
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>Runs an attempt again and again until it comes to something that no other attempt would change; which delivery it sends is its own affair.</summary>
    public static ResiliencePipeline<WebhookAnswer> Build(TimeProvider time) =>
        new ResiliencePipelineBuilder<WebhookAnswer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<WebhookAnswer>
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = LongestPause,
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is { IsPassing: true }),
                // Null leaves the delay to the back-off.
                DelayGenerator = args => ValueTask.FromResult(args.Outcome.Result?.RetryAfter is { } asked ? asked < LongestRetryAfter ? asked : LongestRetryAfter : (TimeSpan?)null),
            })
            .Build();
}
