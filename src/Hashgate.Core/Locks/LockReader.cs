using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;

namespace Hashgate.Core.Locks;

/// <summary>Reads what a file asks for: requirements files, <c>pylock.toml</c> (PEP 751), <c>poetry.lock</c> and <c>uv.lock</c>.</summary>
public static class LockReader
{
    /// <summary>The most items read; the largest locks have some hundreds.</summary>
    public const int MaxItems = 5000;

    private const int MaxName = 200;

    /// <summary>Reads a file by its name's kind: TOML for <c>.toml</c> and <c>.lock</c>, else requirements.</summary>
    /// <exception cref="FormatException">It can't be read; the message says why, in printable ASCII.</exception>
    public static IReadOnlyList<LockedItem> Read(string filename, string text)
    {
        var isToml = filename.EndsWith(".toml", StringComparison.OrdinalIgnoreCase) || filename.EndsWith(".lock", StringComparison.OrdinalIgnoreCase);
        var items = isToml ? ReadToml(text) : ReadRequirements(text);
        return items.Count <= MaxItems ? items : throw new FormatException($"the file asks for more than {MaxItems} things");
    }

    private static List<LockedItem> ReadRequirements(string text)
    {
        var items = new List<LockedItem>();
        foreach (var line in RequirementsFile.Read(text))
        {
            if (line.Specifier.Length == 0 && line.Problem is null)
            {
                if (line.Options is ["-r" or "--requirement" or "-c" or "--constraint" or "-e" or "--editable", ..] || line.Options is [var first, ..] && IsInclusion(first))
                    items.Add(Unchecked(line.Text, "what it leads to is not read"));
                continue;
            }
            if (line.Requirement is not { } requirement) items.Add(Unchecked(line.Text, $"line {line.Number}: {line.Problem}"));
            else if (line.OptionProblem is { } problem) items.Add(Unchecked(line.Text, $"line {line.Number}: {problem}"));
            else items.Add(OfRequirement(requirement, line.Hashes));
        }
        return items;
    }

    private static bool IsInclusion(string option) =>
        option.StartsWith("--requirement=", StringComparison.Ordinal) || option.StartsWith("--constraint=", StringComparison.Ordinal) || option.StartsWith("--editable=", StringComparison.Ordinal)
        || (option.Length > 2 && option[1] is 'r' or 'c' or 'e' && option[0] == '-' && option[1] != '-');

    private static LockedItem OfRequirement(Requirement requirement, IReadOnlyList<Sha256Digest> hashes) => new(requirement.Project.Value, requirement.Project)
    {
        Versions = requirement.Specifiers,
        Files = [.. hashes.Select(hash => new LockedFile(null, hash))],
        Marker = requirement.Marker?.ToString(),
        Unchecked = requirement.Url is null ? null : "it is fetched from a URL, not from an index",
    };

    private static List<LockedItem> ReadToml(string text)
    {
        var root = TomlReader.Read(text);
        // PEP 751 says "packages"; poetry and uv say "package".
        var packages = Tables(root, "packages").Concat(Tables(root, "package")).ToArray();
        if (packages.Length == 0 && !root.ContainsKey("lock-version") && !root.ContainsKey("version") && !root.ContainsKey("metadata")) throw new FormatException("the file is no pylock.toml, poetry.lock or uv.lock");
        var olderFiles = root.GetValueOrDefault("metadata") is Dictionary<string, object> metadata ? metadata.GetValueOrDefault("files") as Dictionary<string, object> : null;
        return [.. packages.Select(package => OfPackage(package, olderFiles))];
    }

    private static LockedItem OfPackage(Dictionary<string, object> package, Dictionary<string, object>? olderFiles)
    {
        var name = Text(package, "name") ?? "";
        if (!ProjectName.TryParse(name, out var project)) return Unchecked(name, "it has no valid name");
        if (NotFromAnIndex(package) is { } why) return Unchecked(name, why);
        if (Text(package, "version") is not { } written || !VersionSpecifiers.TryParse("==" + written, out var versions)) return Unchecked(name, "it has no valid version");
        var files = Tables(package, "files").Concat(Tables(package, "wheels")).Concat(package.GetValueOrDefault("sdist") is Dictionary<string, object> sdist ? [sdist] : []);
        if (olderFiles is not null) files = files.Concat(Tables(olderFiles, name));
        return new LockedItem(project.Value, project) { Versions = versions, Files = [.. files.Select(File).OfType<LockedFile>()], Marker = Text(package, "marker") ?? Text(package, "markers") };
    }

    private static string? NotFromAnIndex(Dictionary<string, object> package)
    {
        foreach (var kind in new[] { "vcs", "directory", "archive" })
        {
            if (package.ContainsKey(kind)) return $"it comes from its {kind}, not from an index";
        }
        if (package.GetValueOrDefault("source") is not Dictionary<string, object> source) return null;
        // poetry names a type; uv has one key that says what kind of source it is.
        var type = Text(source, "type") ?? (source.ContainsKey("registry") ? "registry" : source.Keys.FirstOrDefault());
        return type is null or "registry" or "legacy" or "pypi" ? null : $"it comes from its {RefusalPhrase.PrintableAscii(type)}, not from an index";
    }

    private static LockedFile? File(Dictionary<string, object> file)
    {
        var hash = Text(file, "hash") ?? (file.GetValueOrDefault("hashes") is Dictionary<string, object> hashes && Text(hashes, "sha256") is { } hex ? "sha256:" + hex : null);
        if (hash?.StartsWith("sha256:", StringComparison.Ordinal) != true || !Sha256Digest.TryParse(hash["sha256:".Length..], out var digest)) return null;
        var named = Text(file, "file") ?? Text(file, "name") ?? Text(file, "filename");
        if (named is null && Uri.TryCreate(Text(file, "url"), UriKind.Absolute, out var url)) named = Uri.UnescapeDataString(url.Segments[^1]);
        return new LockedFile(named, digest);
    }

    private static IEnumerable<Dictionary<string, object>> Tables(Dictionary<string, object> table, string key) =>
        table.GetValueOrDefault(key) is List<object> list ? list.OfType<Dictionary<string, object>>() : [];

    private static string? Text(Dictionary<string, object> table, string key) => table.GetValueOrDefault(key) as string;

    private static LockedItem Unchecked(string name, string why) =>
        new(RefusalPhrase.PrintableAscii(name.Length > MaxName ? name[..MaxName] : name), null) { Unchecked = RefusalPhrase.PrintableAscii(why) };
}
