using Hashgate.Core.Advisories;
using Hashgate.Core.Policy.Rules;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Tests.Hosting;

public sealed class AdvisorySettingsTests
{
    [Fact]
    public void Source_unset_is_osvs_export()
    {
        var settings = LoadedSettings.Right().Advisories;
        Assert.Equal((AdvisorySettings.StandardSource, TimeSpan.FromMinutes(5), false), (settings.Source, settings.RefreshAfter, settings.HoldWhenMissing));
    }

    [Fact]
    public void Source_may_be_a_url_a_path_or_none()
    {
        Assert.Equal("https://mirror.example/osv/all.zip", LoadedSettings.Right(("Advisories:Source", "https://mirror.example/osv/all.zip")).Advisories.Source);
        Assert.Equal(Path.GetFullPath("osv/all.zip"), LoadedSettings.Right(("Advisories:Source", "osv/all.zip")).Advisories.Source);
        Assert.Null(LoadedSettings.Right(("Advisories:Source", "None")).Advisories.Source);
    }

    [Theory]
    [InlineData("ftp://mirror.example/all.zip")]
    [InlineData("https://mirror.example/all.zip?token=1")]
    public void Source_of_another_kind_is_wrong(string source) =>
        Assert.StartsWith("Hashgate:Advisories:Source is", LoadedSettings.Wrong(("Advisories:Source", source)), StringComparison.Ordinal);

    [Fact]
    public void Hold_without_any_source_is_wrong() =>
        Assert.Contains("nothing could ever be served", LoadedSettings.Wrong(("Advisories:Source", "none"), ("Advisories:WhenMissing", "hold")), StringComparison.Ordinal);

    [Fact]
    public void Vulnerability_warns_only_until_it_is_told_otherwise()
    {
        var settings = LoadedSettings.Right().Policy;
        Assert.Equal((null, AdvisorySeverity.High, false), (settings.Vulnerability.Options.BlockAt, settings.Vulnerability.Options.WhenUnscored, settings.Vulnerability.LetFixesThrough));
        Assert.False(settings.IsAudited("vulnerability"));
        Assert.Equal(AdvisorySeverity.Critical, LoadedSettings.Right(("Policy:Rules:vulnerability:BlockAt", "critical")).Policy.Vulnerability.Options.BlockAt);
    }

    [Theory]
    [InlineData("2027-01-31", "2027-01-31T00:00:00Z")]
    [InlineData("2027-01-31T12:30:00+02:00", "2027-01-31T10:30:00Z")]
    public void Exception_ends_at_its_time(string until, string expected)
    {
        const string key = "Policy:Rules:vulnerability:Exceptions:0:";
        var exception = Assert.Single(LoadedSettings.Right((key + "Id", "CVE-2026-1"), (key + "Until", until), (key + "Reason", "not reached")).Policy.Vulnerability.Options.Exceptions);
        Assert.Equal(new VulnerabilityException("CVE-2026-1", DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), "not reached"), exception);
    }

    [Theory]
    [InlineData("Id")]
    [InlineData("Until")]
    [InlineData("Reason")]
    public void Exception_needs_every_part(string missing)
    {
        var parts = new Dictionary<string, string?> { ["Id"] = "CVE-2026-1", ["Until"] = "2027-01-31", ["Reason"] = "not reached" };
        parts.Remove(missing);
        Assert.Contains($"Exceptions:0:{missing} is missing", LoadedSettings.Wrong([.. parts.Select(p => ("Policy:Rules:vulnerability:Exceptions:0:" + p.Key, p.Value))]), StringComparison.Ordinal);
    }

    [Fact]
    public void Exception_with_another_end_is_wrong()
    {
        const string key = "Policy:Rules:vulnerability:Exceptions:0:";
        Assert.Contains("'soon': it must be a date", LoadedSettings.Wrong((key + "Id", "CVE-2026-1"), (key + "Until", "soon"), (key + "Reason", "x")), StringComparison.Ordinal);
    }
}
