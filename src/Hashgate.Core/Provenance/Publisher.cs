namespace Hashgate.Core.Provenance;

/// <summary>
/// Who published a file, as the index asserts it (PEP 740, "publisher"). GitHub and GitLab: a repository and a workflow; Google: an e-mail
/// address; any other kind is opaque, and the same only where every claim is.
/// </summary>
/// <param name="Kind">As the index writes it, such as <c>GitHub</c>; at most 64 characters.</param>
/// <param name="Subject">The repository (lower case), the address, or an opaque kind's claims; at most 512 characters.</param>
/// <param name="Workflow">The file that the publishing workflow stands in; null where the kind has none.</param>
public sealed record Publisher(string Kind, string Subject, string? Workflow = null)
{
    public const int MaxKindLength = 64;
    public const int MaxClaimLength = 512;

    /// <summary>As it is compared: names of GitHub's and GitLab's repositories are the same in either case.</summary>
    public static Publisher Of(string kind, string subject, string? workflow) => new(kind, kind is "GitHub" or "GitLab" ? LowerAscii(subject) : subject, workflow);

    /// <summary>For people; two publishers may read the same, and are not the same for it.</summary>
    public override string ToString() => Workflow is null ? $"{Kind} {Subject}" : $"{Kind} {Subject} ({Workflow})";

    private static string LowerAscii(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
    });
}
