using System.Text.Json;
using Hashgate.Core.Serving;
using Hashgate.Core.Serving.Replay;
using Hashgate.Proxy.Access;
using Microsoft.AspNetCore.Mvc;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>POST /api/v1/policy/replay</c>: which recorded downloads some settings would have refused. It changes nothing, so viewers may.</summary>
internal static class ReplayEndpoints
{
    /// <summary>The longest request, in bytes: settings, and the texts of three lists.</summary>
    public const int MaxBytes = 16 << 20;

    private const int MaxErrors = 20;

    public static void MapReplay(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/policy/replay", RunAsync).RequireRole(Role.View).WithMetadata(new RequestSizeLimitAttribute(MaxBytes));

    // The body is read here, after the caller's role is known.
    private static Task<IResult> RunAsync(HttpContext context, ReplayOperations replays, TimeProvider time) => Api.Guard(context, async () =>
    {
        if (!context.Request.HasJsonContentType()) return await Api.WrongAsync(context, "Send JSON, as application/json.", StatusCodes.Status415UnsupportedMediaType);
        using var turn = replays.Enter();
        if (!turn.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "5";
            return await Api.WrongAsync(context, "Another replay is running: try again when it is done.", StatusCodes.Status429TooManyRequests);
        }
        var errors = new List<string>();
        ReplayRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync<ReplayRequest>(context.Request.Body, JsonSerializerOptions.Web, context.RequestAborted);
        }
        catch (JsonException error)
        {
            return await Api.WrongAsync(context, $"The request can't be read: {RefusalPhrase.PrintableAscii(error.Message)}");
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return await Api.WrongAsync(context, $"The request has more than {MaxBytes} bytes.", tooLarge.StatusCode);
        }
        if (request is null) return await Api.WrongAsync(context, "The request says nothing: send an object, if need be an empty one.");
        if (replays.Read(request, errors) is not { } policy) return await Api.WrongAsync(context, InLines(errors));
        return await ReplayAsync(context, replays, policy, time);
    });

    private static async Task<IResult> ReplayAsync(HttpContext context, ReplayOperations replays, TriedPolicy policy, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(ReplayOperations.Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted);
        try
        {
            return await replays.RunAsync(policy, either.Token) is { } result
                ? Results.Json(ReplayReport.Of(result))
                : await Api.WrongAsync(context, FormattableString.Invariant($"There are more than {PolicyReplay.MaxEntries:n0} downloads since {policy.Since:yyyy-MM-dd}: name a later day as since."));
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return await Api.WrongAsync(context, $"The replay was not done within {ReplayOperations.Longest.TotalMinutes} minutes: name a later day as since.");
        }
    }

    /// <summary>They quote what the client sent.</summary>
    private static string InLines(List<string> errors) =>
        string.Join('\n', errors.Take(MaxErrors).Select(RefusalPhrase.PrintableAscii).Concat(errors.Count > MaxErrors ? [$"... and {errors.Count - MaxErrors} more."] : []));
}
