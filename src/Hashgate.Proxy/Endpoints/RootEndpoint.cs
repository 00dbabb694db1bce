using Hashgate.Proxy.Access;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/</c>: the dashboard for those who may view it, and for all others how to set up installers with this address.</summary>
internal static class RootEndpoint
{
    public static void MapRoot(this IEndpointRouteBuilder routes) => routes.MapGet("/", static async (HttpContext context, Callers callers, RequestInfo requests, HashgateSettings settings) =>
    {
        // The dashboard itself links here for what it doesn't tell.
        if (!context.Request.Query.ContainsKey("set-up") && (await callers.IdentifyAsync(context)).Role >= Role.View)
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.Location = "dashboard";
            return;
        }
        var url = requests.BaseUrl(context) is { Length: > 0 } known ? known : "http://<this host>";
        var index = Html.Text((settings.Access.ClientTokens == ClientTokenMode.Off ? url : WithToken(url)) + "/simple/");
        await Html.WriteAsync(context, StatusCodes.Status200OK, "Hashgate", $"""
            <h1>Hashgate</h1>
            <p>This is a package index. Every file is downloaded, hashed and held against what was first seen of it before you have all of it.</p>
            <h2>pip</h2>
            <pre>pip install --index-url {index} &lt;project&gt;
            pip config set global.index-url {index}</pre>
            <h2>uv</h2>
            <pre>export UV_DEFAULT_INDEX={index}</pre>
            <h2>poetry</h2>
            <pre>poetry source add --default hashgate {index}</pre>
            <h2>pipenv</h2>
            <pre>export PIPENV_PYPI_MIRROR={index.TrimEnd('/')}</pre>
            <h2>One index, and no other</h2>
            <p>Do not add <code>extra-index-url</code>: pip merges all indexes and may take from the other one what is refused here.
            Private indexes are added on Hashgate's side, where each owns its names.</p>
            """);
    }).ReadBy(Readers.Everyone);

    /// <summary>The address with a place for the token, as installers take it.</summary>
    private static string WithToken(string url) => url.Replace("://", $"://{TokensInForce.User}:<token>@", StringComparison.Ordinal);
}
