using System.Diagnostics.CodeAnalysis;
using Hashgate.Core.Upstreams;
using Microsoft.IO;

namespace Hashgate.Proxy.Upstreams;

/// <summary>What one attempt, or all of them, came to: an answer with its head (and its body where that was asked for), or why not.</summary>
internal sealed record Answer
{
    private Answer() { }

    public HttpResponseMessage? Response { get; private init; }

    /// <summary>The body as it came over the wire, where the attempt reads it; whoever takes it disposes of it.</summary>
    public RecyclableMemoryStream? Body { get; private init; }

    public FetchError? Error { get; private init; }

    /// <summary>What the upstream asked us to wait.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>The upstream itself gave no answer, or an error of its own: what the circuit counts and what readiness tells.</summary>
    public bool IsOutage => Error is { Kind: FetchErrorKind.Unreachable or FetchErrorKind.TimedOut } or { Status: >= 500 };

    /// <summary>Another attempt may do better.</summary>
    public bool IsTransient => IsOutage || Error is { Status: 429 };

    /// <summary>Whether there is a response; else there is an error.</summary>
    public bool Has([NotNullWhen(true)] out HttpResponseMessage? response, [NotNullWhen(false)] out FetchError? error)
    {
        (response, error) = (Response, Error);
        return response is not null;
    }

    public static Answer With(HttpResponseMessage response, RecyclableMemoryStream? body) => new() { Response = response, Body = body };

    public static Answer Without(FetchError error, TimeSpan? retryAfter = null) => new() { Error = error, RetryAfter = retryAfter };
}
