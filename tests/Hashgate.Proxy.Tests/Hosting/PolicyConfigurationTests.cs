using Hashgate.Proxy.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace Hashgate.Proxy.Tests.Hosting;

/// <summary>Settings of policy on top of others, as a replay takes them.</summary>
public sealed class PolicyConfigurationTests
{
    [Fact]
    public void Changed_settings_go_before_those_in_force_and_lists_take_the_place_of_lists()
    {
        var (policy, advisories) = With(
            """
            { // as it is tried
              "hashgate": { "Policy": { "Rules": { "minimum-age": { "Age": "7.00:00:00", "Exempt": ["gamma"] }, "sdist": { "Exempt": [] } } }, "Advisories": {} },
              "Hashgate:Advisories:WhenMissing": "hold",
            }
            """,
            ("Policy:Rules:minimum-age:Age", "1.00:00:00"), ("Policy:Rules:minimum-age:Exempt:0", "alpha"), ("Policy:Rules:minimum-age:Exempt:1", "beta"),
            ("Policy:Rules:sdist:Exempt:0", "alpha"), ("Policy:Rules:sdist:Refuse", "true"), ("Policy:Mode", "audit"), ("Advisories:Source", "/somewhere"))!.Value;
        Assert.Equal((7, true, true), (policy.MinimumAge.Age.Days, policy.Audit, policy.Sdist.Refuse));
        Assert.Equal(["gamma"], policy.MinimumAge.Exempt.Select(g => g.Pattern));
        Assert.Empty(policy.Sdist.Exempt);
        Assert.Equal((true, "/somewhere"), (advisories.HoldWhenMissing, advisories.Source));
    }

    [Fact]
    public void Numbered_exceptions_are_replaced_as_a_whole()
    {
        var (policy, _) = With(
            """{"Hashgate": {"Policy": {"Rules": {"vulnerability": {"Exceptions": [{"Id": "CVE-2", "Until": "2027-01-31", "Reason": "b"}]}}}}}""",
            [.. Exception(0, "CVE-0"), .. Exception(1, "CVE-1")])!.Value;
        Assert.Equal(["CVE-2"], policy.Vulnerability.Options.Exceptions.Select(e => e.Id));
    }

    [Theory]
    [InlineData("""{"Hashgate": {"DataDirectory": "/"}}""", "Hashgate:DataDirectory can't be tried: a replay changes Hashgate:Policy and Hashgate:Advisories:WhenMissing only; take it out.")]
    [InlineData("""{"Hashgate": {"Advisories": {"Source": "/etc"}}}""", "Hashgate:Advisories:Source can't be tried: a replay changes Hashgate:Policy and Hashgate:Advisories:WhenMissing only; take it out.")]
    [InlineData("""{"Serilog": {"MinimumLevel": "Debug"}}""", "Serilog:MinimumLevel can't be tried: a replay changes Hashgate:Policy and Hashgate:Advisories:WhenMissing only; take it out.")]
    [InlineData("""{"Hashgate": {"Policy": "audit"}}""", "Hashgate:Policy can't be tried: a replay changes Hashgate:Policy and Hashgate:Advisories:WhenMissing only; take it out.")]
    [InlineData("""{"HASHGATE": {"policy": {"RULES": {"Blocklist": {"FILE": "/etc/passwd"}}}}}""", "HASHGATE:policy:RULES:Blocklist:FILE can't be sent: the server reads no file for a replay; send the list's text as lists.blocklist, as 'hashgate policy replay' does.")]
    [InlineData("""{"Hashgate:Policy:Rules:typosquat:PopularFile": "/etc/passwd"}""", "Hashgate:Policy:Rules:typosquat:PopularFile can't be sent: the server reads no file for a replay; send the list's text as lists.typosquat, as 'hashgate policy replay' does.")]
    [InlineData("""{"Hashgate:Policy:Rules:allowlist:Url": "http://169.254.169.254/"}""", "Hashgate:Policy:Rules:allowlist:Url can't be tried: a replay asks no URL; save the list, and name it as File in its place.")]
    [InlineData("""{"Hashgate:Policy:Mode": "lenient"}""", "Hashgate:Policy:Mode is 'lenient': it must be one of enforce, audit.")]
    [InlineData("""{"Hashgate:Policy:Rules:malware:Mod": "off"}""", "Hashgate:Policy:Rules:malware:Mod is no setting: see docs/configuration.md for those there are.")]
    [InlineData("""{"Hashgate:Policy:Rules:hash-mismatch:Mode": "off"}""", "Hashgate:Policy:Rules:hash-mismatch:Mode is 'off': this rule guards the proof itself and is always enforced.")]
    public void What_cannot_be_tried_is_named(string settings, string error)
    {
        var errors = new List<string>();
        Assert.Null(Of().With(FlatSettings.Read(settings), errors));
        Assert.Equal([error], errors);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"a": 1, "A": 2}""")]
    public void What_is_no_settings_file_is_told(string text) => Assert.Throws<FormatException>(() => FlatSettings.Read(text));

    private static (PolicySettings Policy, AdvisorySettings Advisories)? With(string changed, params (string Key, string? Value)[] values)
    {
        var errors = new List<string>();
        var settings = Of(values).With(FlatSettings.Read(changed), errors);
        Assert.Empty(errors);
        return settings;
    }

    private static PolicyConfiguration Of(params (string Key, string? Value)[] values) =>
        PolicyConfiguration.Of(new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create("Hashgate:" + v.Key, v.Value))).Build());

    private static (string Key, string? Value)[] Exception(int n, string id) =>
        [($"Policy:Rules:vulnerability:Exceptions:{n}:Id", id), ($"Policy:Rules:vulnerability:Exceptions:{n}:Until", "2027-01-31"), ($"Policy:Rules:vulnerability:Exceptions:{n}:Reason", "a")];
}
