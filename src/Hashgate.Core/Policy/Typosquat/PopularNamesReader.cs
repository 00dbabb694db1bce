using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy.Lists;

namespace Hashgate.Core.Policy.Typosquat;

/// <summary>Reads a list of popular projects: one name on a line, the most popular first; what follows <c>#</c> is a comment.</summary>
public static class PopularNamesReader
{
    /// <summary>The most names read.</summary>
    public const int MaxNames = 100_000;

    private const int MaxProblems = 100;

    /// <summary>The names, or null and what is wrong.</summary>
    public static (PopularNames? Names, IReadOnlyList<ListProblem> Problems) Read(ReadOnlySpan<byte> bytes)
    {
        var names = new List<ProjectName>();
        var problems = new List<ListProblem>();
        var number = 0;
        foreach (var line in Encoding.UTF8.GetString(bytes).AsSpan().TrimStart('\ufeff').EnumerateLines())
        {
            number++;
            var text = RequirementsFile.StripComment(line).Trim();
            if (text.IsEmpty) continue;
            if (text.Length <= ProjectName.MaxLength && ProjectName.TryParse(text.ToString(), out var name)) names.Add(name);
            else if (problems.Count < MaxProblems) problems.Add(new ListProblem(number, line.IndexOf(text[0]) + 1, "that is no name of a project"));
        }
        if (names.Count == 0 && problems.Count == 0) problems.Add(new ListProblem(1, 1, "the list names no project"));
        if (names.Count > MaxNames) problems.Add(new ListProblem(number, 1, $"the list has more than {MaxNames} names"));
        return problems.Count == 0 ? (new PopularNames(names), problems) : (null, problems);
    }

    internal static PopularNames ReadShipped()
    {
        using var resource = typeof(PopularNamesReader).Assembly.GetManifestResourceStream("popular-projects.txt")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return Read(bytes.ToArray()).Names!;
    }
}
