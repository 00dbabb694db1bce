using Hashgate.Core.Events;
using Hashgate.Core.Trust;

namespace Hashgate.Proxy.Access;

/// <summary>
/// The one door for whatever people change: it is in the event store before it is done, and not done where it can't be put there. An act that comes to
/// nothing afterwards leaves a second event that says so.
/// </summary>
internal sealed class Acts(IEventLog events, TimeProvider time)
{
    /// <summary>Puts an act on record, then does it.</summary>
    /// <param name="act">What is about to be done, and by whom. What is wrong with the request has been told before.</param>
    /// <param name="action">Does it.</param>
    /// <param name="outcome">What is to be told of the result in a second event, such as a count, or why nothing was done; null where the first says it all.</param>
    /// <exception cref="StoreUnavailableException">The event store is away and nothing was done, or a store that the action needs is.</exception>
    public async Task<T> DoAsync<T>(Event act, Func<Task<T>> action, Func<T, string?>? outcome = null)
    {
        try
        {
            // Whoever asked may leave meanwhile: an act is not to stand on record and be given up.
            await events.RecordAsync(act, CancellationToken.None);
        }
        catch (StoreUnavailableException error)
        {
            // Perhaps it is in the store all the same; this waits for the store, and tells of the attempt.
            Tell(act, $"not done, because it could not be put on record: {act.Reason}");
            throw new StoreUnavailableException($"Nothing was done, because it can't be put on record: the event store is away. {error.Message}", error);
        }
        try
        {
            var result = await action();
            if (outcome?.Invoke(result) is { } told) Tell(act, told);
            return result;
        }
        catch (Exception error)
        {
            Tell(act, $"failed, perhaps after a part of it was done: {act.Reason}: {Why(error)}");
            throw;
        }
    }

    private void Tell(Event act, string what) => events.Record(act with { Kind = EventKinds.Acted, When = time.GetUtcNow(), Reason = what });

    private static string Why(Exception error) => error switch
    {
        StoreUnavailableException => error.Message,
        OperationCanceledException or IOException => "whoever asked for it left before the end",
        _ => "an unexpected error, see the log",
    };
}
