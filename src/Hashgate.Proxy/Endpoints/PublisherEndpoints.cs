using Hashgate.Core.Packaging;
using Hashgate.Core.Provenance;
using Hashgate.Proxy.Access;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/api/v1/publishers</c>: who published a project's files, and whom an operator trusts.</summary>
internal static class PublisherEndpoints
{
    public static void MapPublishers(this IEndpointRouteBuilder routes)
    {
        var publishers = routes.MapGroup("/api/v1/publishers");
        publishers.MapGet("/{project}", ShowAsync).RequireRole(Role.View);
        publishers.MapPost("/{project}/accept", AcceptAsync).RequireRole(Role.Operate);
    }

    private static Task<IResult> ShowAsync(HttpContext context, string project, PublisherOperations operations) =>
        ForProject(context, project, async name => Results.Json(await operations.ShowAsync(name, context.RequestAborted)));

    private static Task<IResult> AcceptAsync(HttpContext context, string project, AcceptPublisherRequest request, PublisherOperations operations) => ForProject(context, project, async name =>
    {
        if (request.Problem is { } problem) return await Api.WrongAsync(context, problem);
        var why = await operations.AcceptAsync(name, request.Publisher!.Read(), request.Reason!, context.Caller().Name, context.RequestAborted);
        return why is null ? Results.Json(await operations.ShowAsync(name, context.RequestAborted)) : await Api.WrongAsync(context, why, StatusCodes.Status409Conflict);
    });

    private static Task<IResult> ForProject(HttpContext context, string project, Func<ProjectName, Task<IResult>> work) => Api.Guard(context, () =>
        ProjectName.TryParse(project, out var name) ? work(name) : Api.WrongAsync(context, "That is no valid project name."));
}

/// <summary>Trust a publisher for a project.</summary>
/// <param name="Publisher">As <c>GET</c> shows it.</param>
/// <param name="Reason">Why; goes on record. At most 1000 characters.</param>
public sealed record AcceptPublisherRequest(PublisherName? Publisher, string? Reason)
{
    private const int MaxReasonLength = 1000;

    internal string? Problem =>
        string.IsNullOrWhiteSpace(Reason) || Reason.Length > MaxReasonLength ? $"reason is missing or longer than {MaxReasonLength} characters: it goes on record."
        : Publisher is null ? "publisher is missing: an object with kind, subject and, where it has one, workflow."
        : Publisher.Problem;
}

/// <summary>A publisher as a request names it.</summary>
/// <param name="Kind">Such as <c>GitHub</c>.</param>
/// <param name="Subject">The repository, such as <c>pypa/sampleproject</c>, or a Google account's address.</param>
/// <param name="Workflow">The file of the publishing workflow, such as <c>release.yml</c>; none for Google.</param>
public sealed record PublisherName(string? Kind, string? Subject, string? Workflow)
{
    internal string? Problem =>
        string.IsNullOrWhiteSpace(Kind) || Kind.Length > Publisher.MaxKindLength ? $"publisher.kind is missing or longer than {Publisher.MaxKindLength} characters."
        : string.IsNullOrWhiteSpace(Subject) || Subject.Length > Publisher.MaxClaimLength ? $"publisher.subject is missing or longer than {Publisher.MaxClaimLength} characters."
        : Workflow?.Length > Publisher.MaxClaimLength ? $"publisher.workflow is longer than {Publisher.MaxClaimLength} characters."
        : Kind is "GitHub" or "GitLab" && string.IsNullOrWhiteSpace(Workflow) ? "publisher.workflow is missing: any workflow of a repository is more than was seen."
        : null;

    internal Publisher Read() => Publisher.Of(Kind!, Subject!, string.IsNullOrWhiteSpace(Workflow) ? null : Workflow);
}
