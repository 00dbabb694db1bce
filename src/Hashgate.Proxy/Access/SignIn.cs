using System.Globalization;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Hashgate.Core.Events;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Access;

/// <summary>Begins and ends sessions, on record.</summary>
internal sealed class SignIn(TokenAuthority tokens, Sessions sessions, SignInLimits limits, Acts acts, IEventLog events, TimeProvider time)
{
    /// <summary>Begins a session where the token is somebody's; else says why not.</summary>
    public async Task<(int Status, string? Why)> TryAsync(HttpContext context, string token)
    {
        using var place = limits.Enter(context.Connection.RemoteIpAddress);
        if (!place.IsAcquired)
        {
            if (place.TryGetMetadata(MetadataName.RetryAfter, out var wait)) context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            events.Record(Tell(context, EventKinds.SignInRefused, null, "more tokens were typed in than are looked at"));
            return (StatusCodes.Status429TooManyRequests, "More tokens were typed in than are looked at in five minutes: try again later.");
        }
        if (tokens.Find(token) is not var (name, _))
        {
            events.Record(Tell(context, EventKinds.SignInRefused, null, "a token was typed in that is nobody's"));
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"hashgate\"";
            return (StatusCodes.Status401Unauthorized, "That is no token that is in force here.");
        }
        try
        {
            return await acts.DoAsync<(int, string?)>(Tell(context, EventKinds.SignedIn, name, "signed in"), async () =>
            {
                await sessions.BeginAsync(context, name, token);
                return (StatusCodes.Status303SeeOther, null);
            });
        }
        catch (StoreUnavailableException error)
        {
            return (StatusCodes.Status503ServiceUnavailable, error.Message);
        }
        catch (CryptographicException)
        {
            return (StatusCodes.Status503ServiceUnavailable, SessionKeys.Away);
        }
    }

    /// <summary>Ends the caller's session. The event waits for its store if need be: nobody is kept from leaving.</summary>
    public async Task EndAsync(HttpContext context)
    {
        await Sessions.EndAsync(context);
        events.Record(Tell(context, EventKinds.SignedOut, context.Caller().Name, "signed out"));
    }

    private Event Tell(HttpContext context, string kind, string? actor, string what) => new()
    {
        Kind = kind,
        When = time.GetUtcNow(),
        Actor = actor,
        Client = RequestInfo.Client(context),
        UserAgent = RequestInfo.UserAgent(context),
        RequestId = RequestInfo.Id(context),
        Reason = what,
    };
}
