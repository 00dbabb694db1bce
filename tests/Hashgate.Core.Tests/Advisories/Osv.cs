using System.Text;
using Hashgate.Core.Advisories;

namespace Hashgate.Core.Tests.Advisories;

/// <summary>Records for tests.</summary>
internal static class Osv
{
    public static OsvRecord Read(string json)
    {
        Assert.True(OsvReader.TryRead(Encoding.UTF8.GetBytes(json), out var record, out var problem), problem);
        return record;
    }

    /// <summary>A record that lists versions of one project.</summary>
    /// <param name="more">Further properties of the record, as JSON after a comma.</param>
    public static OsvRecord Listing(string id, string project, string[] versions, string more = "") => Read($$"""
        {"id": "{{id}}", "affected": [{"package": {"ecosystem": "PyPI", "name": "{{project}}"}, "versions": [{{string.Join(", ", versions.Select(v => $"\"{v}\""))}}]}]{{(more.Length > 0 ? ", " + more : "")}}}
        """);

    /// <summary>A record with one range of a project.</summary>
    public static OsvRecord Ranging(string id, string project, string events, string more = "") => Read($$"""
        {"id": "{{id}}", "affected": [{"package": {"ecosystem": "PyPI", "name": "{{project}}"}, "ranges": [{"type": "ECOSYSTEM", "events": [{{events}}]}]}]{{(more.Length > 0 ? ", " + more : "")}}}
        """);

    public const string Critical = """ "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}] """;
    public const string Medium = """ "database_specific": {"severity": "MODERATE"} """;
}
