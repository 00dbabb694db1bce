using Hashgate.Core.Policy;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>Reads <c>Upstreams</c>; <c>pypi</c> is there unless it is disabled.</summary>
internal static class UpstreamSettings
{
    /// <summary>Stands for an index URL that is missing or wrong; never asked, since the error ends the start.</summary>
    private static readonly Uri Nowhere = new("https://hashgate.invalid/");

    private static readonly string[] Reserved = [ProjectStub.UpstreamName, "contact"];

    public static UpstreamMap? Read(SettingsReader reader)
    {
        var before = reader.Errors.Count;
        var names = reader.Names("Upstreams").Prepend(Upstream.PyPI).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var upstreams = names.Select(name => ReadOne(reader, name)).ToArray();
        foreach (var contradiction in UpstreamMap.Contradictions(upstreams)) reader.Add("Hashgate:" + contradiction);
        return reader.Errors.Count == before ? new UpstreamMap(upstreams) : null;
    }

    /// <summary>Reads on after an error, so that the upstream's other settings are checked as well and none is taken for unknown.</summary>
    private static Upstream ReadOne(SettingsReader reader, string name)
    {
        var key = "Upstreams:" + name;
        if (Reserved.Contains(name, StringComparer.OrdinalIgnoreCase) || !SettingsReader.IsPathName(name))
            reader.Add($"Hashgate:{key} can't be an upstream's name: use lower case letters, digits and -, and none of {string.Join(", ", Reserved)}.");
        var isPyPI = name == Upstream.PyPI;
        var index = reader.Url(key + ":IndexUrl") ?? (isPyPI ? new Uri("https://pypi.org/simple/") : null);
        if (index is null && reader.Text(key + ":IndexUrl") is null) reader.Add($"Hashgate:{key}:IndexUrl is missing: an upstream needs the URL of its simple index.");
        index ??= Nowhere;
        var hosts = reader.List(key + ":FileHosts", "a host name, with a port if need be", Host);
        var replaceable = reader.Globs(key + ":Replaceable");
        if (isPyPI && replaceable.Count > 0) reader.Add($"Hashgate:{key}:Replaceable can't be set: PyPI's files never legitimately change.");
        return new Upstream
        {
            Name = name,
            IndexUrl = index.AbsoluteUri.EndsWith('/') ? index : new Uri(index.AbsoluteUri + "/"),
            Enabled = reader.Flag(key + ":Enabled", true),
            FileHosts = hosts.Count > 0 ? hosts : isPyPI ? ["files.pythonhosted.org"] : [],
            Projects = reader.Globs(key + ":Projects"),
            Replaceable = replaceable,
            RefreshAfter = reader.Duration(key + ":RefreshAfter", TimeSpan.FromMinutes(10), TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(30)),
            Timeout = reader.Duration(key + ":Timeout", TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)),
            Username = reader.Text(key + ":Username"),
            Password = reader.Text(key + ":Password"),
            Proxy = reader.Url(key + ":Proxy"),
            CaFile = reader.ExistingFile(key + ":CaFile"),
            AllowPrivateNetwork = reader.OptionalFlag(key + ":AllowPrivateNetwork"),
            AllowHttp = reader.OptionalFlag(key + ":AllowHttp"),
            MaxConcurrent = reader.Count(key + ":MaxConcurrent", 64, 1, 10_000),
        };
    }

    private static string? Host(string text) => FileHost.TryParse(text, out _) ? text : null;
}
