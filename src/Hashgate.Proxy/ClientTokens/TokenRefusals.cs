using Hashgate.Core.Events;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.ClientTokens;

/// <summary>Tells who may not read why, counts it, and puts tokens that are not in force on record: within limits, and never the token.</summary>
internal sealed class TokenRefusals(HashgateSettings settings, IEventLog events, TimeProvider time) : IDisposable
{
    /// <summary>Wrong tokens of one client within five minutes that are answered in words; after them it is told to wait. Right ones are always taken.</summary>
    public const int PerClient = 30;

    /// <summary>The same for all clients together.</summary>
    public const int InAll = 3000;

    public static readonly TokenState[] States = [.. Enum.GetValues<TokenState>().Where(s => s != TokenState.InForce)];

    private const string Challenge = "Basic realm=\"Hashgate\"";

    private readonly Lazy<AttemptLimits> _limits = new(static () => new AttemptLimits(PerClient, InAll));
    private readonly long[] _counts = new long[Enum.GetValues<TokenState>().Length];
    private long _limited;

    /// <summary>How many requests were refused, by what was wrong with their token.</summary>
    public long Count(TokenState state) => Interlocked.Read(ref _counts[(int)state]);

    /// <summary>How many were told to wait.</summary>
    public long Limited => Interlocked.Read(ref _limited);

    /// <summary>401, or 429 for whoever sends too many wrong tokens.</summary>
    /// <param name="check">Anything but a token in force.</param>
    /// <param name="forPeople">Whether a person with a browser may be asking, who can sign in as well.</param>
    public async Task WriteAsync(HttpContext context, TokenCheck check, bool forPeople)
    {
        if (check.State >= TokenState.Malformed && !TakeNote(context, check))
        {
            Interlocked.Increment(ref _limited);
            context.Response.Headers.RetryAfter = "5";
            const string wait = "Too many wrong tokens came from this address: correct the index URL, then try again.";
            await Problem.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Ask again later", wait, "Hashgate: " + wait, ("requestId", RequestInfo.Id(context)));
            return;
        }
        Interlocked.Increment(ref _counts[(int)check.State]);
        context.Response.Headers.WWWAuthenticate = Challenge;
        var what = Describe(check);
        var remedy = $"Use the index URL https://{TokensInForce.User}:hg_...@host/simple/{(settings.Policy.Contact is { } contact ? $"; for a token ask {contact}" : "")}.";
        if (forPeople && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)) await WritePageAsync(context, what);
        else await Problem.WriteAsync(context, StatusCodes.Status401Unauthorized, "A token is needed", $"{what} {remedy}", "Hashgate: " + what, ("requestId", RequestInfo.Id(context)));
    }

    public void Dispose()
    {
        if (_limits.IsValueCreated) _limits.Value.Dispose();
    }

    private Task WritePageAsync(HttpContext context, string what) => Html.WriteAsync(context, StatusCodes.Status401Unauthorized, "A token is needed", $"""
        <h1>A token is needed</h1>
        <p>{Html.Text(what)} The user name is <code>{TokensInForce.User}</code>, the password the token that your installer's index URL has.</p>
        <p>Or <a href="{Dashboard.LocalReturn.Up(context)}dashboard/sign-in">sign in to the dashboard</a>, then open this page again.</p>
        {(settings.Policy.Contact is { } contact ? $"<p>Ask {Html.Foreign(contact)} if you have neither.</p>" : "")}
        """);

    /// <summary>Puts a wrong token on record; false where too many came.</summary>
    private bool TakeNote(HttpContext context, TokenCheck check)
    {
        using var place = _limits.Value.Enter(context.Connection.RemoteIpAddress);
        if (!place.IsAcquired) return false;
        events.Record(new Event
        {
            Kind = EventKinds.TokenRefused,
            When = time.GetUtcNow(),
            Actor = check.Token?.Actor,
            Client = RequestInfo.Client(context),
            UserAgent = RequestInfo.UserAgent(context),
            RequestId = RequestInfo.Id(context),
            Reason = Describe(check),
        });
        return true;
    }

    private static string Describe(TokenCheck check) => check.State switch
    {
        TokenState.Missing => "This index needs a token.",
        TokenState.Foreign => "This index needs a token of its own, and what was sent is none.",
        TokenState.Malformed => "The token is mistyped, or a part of it is missing.",
        TokenState.Unknown => "The token is not in force: it was revoked, or is another server's.",
        TokenState.Expired => $"The token expired on {check.Token!.Token.Expires!.Value.UtcDateTime:yyyy-MM-dd}.",
        _ => throw new ArgumentOutOfRangeException(nameof(check), check.State, "Nothing to refuse."),
    };
}
