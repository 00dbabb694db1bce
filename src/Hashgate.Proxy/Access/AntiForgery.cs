using System.Security.Cryptography;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Hosting;
using Hashgate.Storage.Sessions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;

namespace Hashgate.Proxy.Access;

/// <summary>Tells a request that one of our own pages made from one that another site's page made with the same browser.</summary>
internal sealed class AntiForgery(IAntiforgery tokens, ISessionKeys keys, RequestInfo requests)
{
    /// <summary>The hidden field of forms that has the token.</summary>
    public const string Field = "hashgate-anti-forgery";

    /// <summary>The header in which scripts send it.</summary>
    public const string Header = "X-Hashgate-Anti-Forgery";

    public const string Cookie = "hashgate-anti-forgery";

    // Of forms nothing goes to the disk, and one of thousands of fields is none of ours.
    private static readonly FormOptions Forms = new() { ValueCountLimit = 64, ValueLengthLimit = 256 << 10, MemoryBufferThreshold = 256 << 10, MultipartBodyLengthLimit = 256 << 10 };

    /// <summary>
    /// The token for the forms of a page that is about to be sent; null where it has no forms for this caller, since a bearer needs none and a local viewer changes
    /// nothing, or where the keys can't be had.
    /// </summary>
    public async ValueTask<string?> TokenAsync(HttpContext context)
    {
        if (!context.Caller().IsAmbient && context.GetEndpoint()?.Metadata.GetMetadata<FormForAnyone>() is null) return null;
        try
        {
            await keys.LoadAsync(context.RequestAborted);
            // The framework would complain of our header, and put a weaker one in its place.
            context.Response.Headers.CacheControl = default;
            var token = tokens.GetAndStoreTokens(context).RequestToken;
            context.Response.Headers.Pragma = default;
            return token;
        }
        catch (Exception error) when (error is StoreUnavailableException or CryptographicException)
        {
            return null;
        }
        finally
        {
            context.Response.Headers.CacheControl = "no-store";
        }
    }

    /// <summary>Why the request can't be one of our own pages', by what the browser says of it; null where nothing speaks against it.</summary>
    public string? OriginProblem(HttpContext context) => requests.IsFromOwnPage(context)
        ? null
        : "The request came from another site's page, or from one that doesn't say: send it from the dashboard. Behind a proxy, set PublicUrl to the address that browsers know.";

    /// <summary>Why the request isn't taken for one of our own pages'; null where it is.</summary>
    public async ValueTask<string?> ProblemAsync(HttpContext context)
    {
        if (OriginProblem(context) is { } problem) return problem;
        try
        {
            await keys.LoadAsync(context.RequestAborted);
            context.Features.Set<IFormFeature>(new FormFeature(context.Request, Forms));
            await tokens.ValidateRequestAsync(context);
            return null;
        }
        catch (AntiforgeryValidationException)
        {
            return $"The request has no valid anti-forgery token: open the page anew and send the form again; scripts send the page's token as {Header}.";
        }
        catch (Exception error) when (error is StoreUnavailableException or CryptographicException)
        {
            return SessionKeys.Away;
        }
    }
}

/// <summary>An endpoint whose page has a form for whoever looks at it.</summary>
internal sealed record FormForAnyone;
