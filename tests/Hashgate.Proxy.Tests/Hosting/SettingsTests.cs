using System.Net;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Hosting;

public sealed class SettingsTests
{
    private const string Secret = "hunter2-hunter2-hunter2";

    [Fact]
    public void Nothing_set_gives_the_defaults()
    {
        var settings = LoadedSettings.Right();

        Assert.Equal(Path.GetFullPath("data"), settings.DataDirectory);
        Assert.Null(settings.PublicUrl);
        Assert.Equal(["localhost", "127.0.0.1", "[::1]"], settings.AllowedHosts);
        Assert.Empty(settings.TrustedProxies);
        Assert.Null(settings.UpstreamContact);
        Assert.Equal((false, null, "hashgate", false), (settings.Trust.UsesRedis, settings.Trust.Redis.Configuration, settings.Trust.Redis.KeyPrefix, settings.Trust.Redis.AssumeDurable));
        Assert.Equal(new CacheSettings(null, 2L << 30, 32L << 20, 8L << 20, TimeSpan.FromDays(1)), settings.Cache);
        Assert.Equal(256L << 20, settings.Pages.MemoryBytes);
        Assert.Equal(TimeSpan.FromHours(24), settings.StalePagesAfter);
        Assert.False(settings.Policy.Audit);
        Assert.Equal(RuleMode.Enforce, settings.Policy.Modes["upstream-quarantined"]);
        Assert.False(settings.Policy.AllowFirstUseWithoutHash);
        Assert.Null(settings.Policy.Contact);
        Assert.Empty(settings.Admin.Tokens);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1)), (settings.DrainTimeout, settings.DrainNotice));
    }

    [Fact]
    public void Nothing_set_gives_the_defaults_of_files_and_events()
    {
        var settings = LoadedSettings.Right();

        Assert.Equal((8L << 20, 64L << 10, 10L << 30), (settings.Files.VerifyFirstBytes, settings.Files.HoldBackBytes, settings.Files.MaxBytes));
        Assert.Equal((64, 16, 4096), (settings.Files.MaxConcurrentFetches, settings.Files.MaxPerClient, settings.Files.MaxWaiting));
        Assert.Equal((TimeSpan.FromDays(180), 1_000_000L, 10_000, TimeSpan.FromMinutes(1)),
            (settings.Events.Retention, settings.Events.MaxCount, settings.Events.QueueLength, settings.Events.MergeWithin));
    }

    /// <summary>What lies just outside each range, and the range's ends.</summary>
    public static TheoryData<string, string?, string, string, string?> Ranges => new()
    {
        { "Files:VerifyFirstBytes", "65535", "65536", "1099511627776", "1099511627777" },
        { "Files:HoldBackBytes", "0", "1", "8388608", "8388609" },
        { "Files:MaxBytes", "0", "1", "9223372036854775807", "9223372036854775808" },
        { "Files:MaxConcurrentFetches", "0", "1", "10000", "10001" },
        { "Files:MaxPerClient", "0", "1", "10000", "10001" },
        { "Files:MaxWaiting", "0", "1", "1000000", "1000001" },
        { "Cache:MaxBytes", "0", "1", "9223372036854775807", "-1" },
        { "Cache:MinFreeBytes", "-1", "0", "9223372036854775807", "2 GiB" },
        { "Cache:PageMemoryBytes", "1048575", "1048576", "9223372036854775807", "256M" },
        { "Cache:ScrubBytesPerSecond", "0", "1", "1099511627776", "1099511627777" },
        { "Cache:ScrubPause", "00:00:59", "00:01:00", "365.00:00:00", "365.00:00:01" },
        { "Cache:StalePagesAfter", "00:00:00.9", "00:00:01", "365.00:00:00", "365.00:00:01" },
        { "Events:Retention", "00:59:59", "01:00:00", "3650.00:00:00", "3650.00:00:01" },
        { "Events:MaxCount", "999", "1000", "1000000000", "1000000001" },
        { "Events:QueueLength", "99", "100", "1000000", "1000001" },
        { "Events:MergeWithin", "-00:00:01", "00:00:00", "01:00:00", "01:00:01" },
        { "Shutdown:DrainTimeout", "-00:00:01", "00:00:00", "01:00:00", "01:00:01" },
        { "Shutdown:Notice", "-00:00:01", "00:00:00", "01:00:00", "01:00:01" },
        { "Upstreams:pypi:RefreshAfter", "00:00:00", "00:00:00.001", "30.00:00:00", "30" },
        { "Upstreams:pypi:Timeout", "00:00:00.009", "00:00:00.010", "01:00:00", "30" },
        { "Upstreams:pypi:MaxConcurrent", "0", "1", "10000", "10001" },
    };

    [Theory, MemberData(nameof(Ranges))]
    public void Range_holds_at_both_ends(string key, string? below, string least, string most, string? above)
    {
        LoadedSettings.Right((key, least));
        LoadedSettings.Right((key, most));
        Assert.Contains("Hashgate:" + key, LoadedSettings.Wrong((key, below)), StringComparison.Ordinal);
        Assert.Contains("Hashgate:" + key, LoadedSettings.Wrong((key, above)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Policy:Mode", "lenient", "one of enforce, audit")]
    [InlineData("Policy:Rules:upstream-quarantined:Mode", "soft", "one of enforce, audit, off")]
    [InlineData("Policy:Rules:no-hash:AllowFirstUse", "yes", "true or false")]
    [InlineData("Policy:Rules:minimum-age:Age", "3", "a duration [days.]hours:minutes:seconds from 00:00:00 to 3650.00:00:00")]
    [InlineData("Policy:Rules:minimum-age:FirstSeenClock", "maybe", "true or false")]
    [InlineData("Policy:Rules:minimum-age:Exempt:0", "Acme", "a glob of normalized names")]
    [InlineData("Policy:Rules:removed-upstream:Age", "90", "a duration [days.]hours:minutes:seconds from 00:00:00 to 3650.00:00:00")]
    [InlineData("Policy:Rules:late-file:After", "14", "a duration [days.]hours:minutes:seconds from 00:00:00 to 3650.00:00:00")]
    [InlineData("Policy:Rules:late-file:HoldFor", "-1.00:00:00", "a duration [days.]hours:minutes:seconds from 00:00:00 to 3650.00:00:00")]
    [InlineData("Policy:Rules:late-file:Exempt:0", "Acme", "a glob of normalized names")]
    [InlineData("Trust:Provider", "postgres", "one of sqlite, redis")]
    [InlineData("Blobs:Provider", "ftp", "one of disk, s3")]
    [InlineData("S3:ServiceUrl", "minio:9000", "an absolute http or https URL")]
    [InlineData("S3:Prefix", "/a", "not beginning with '/'")]
    [InlineData("S3:PublicUrl", "https://key:secret@s3.example", "an absolute http or https URL")]
    [InlineData("S3:CaFile", "/there/is/no/such/file.pem", "a file that exists")]
    [InlineData("S3:ReadTimeout", "00:02:00", "from 00:00:00.1000000 to 00:01:00")]
    [InlineData("Blobs:Redirect", "true", "it needs Hashgate:Blobs:Provider to be s3")]
    [InlineData("S3:PartBytes", "5000000", "from 5242880 to 1073741824")]
    [InlineData("Redis:AssumeDurable", "1", "true or false")]
    [InlineData("Redis:Cluster", "1", "true or false")]
    [InlineData("PublicUrl", "hashgate.example", "an absolute http or https URL")]
    [InlineData("PublicUrl", "ftp://hashgate.example", "an absolute http or https URL")]
    [InlineData("PublicUrl", "https://hashgate.example/?a=b", "an absolute http or https URL")]
    [InlineData("Policy:Rules:flagged:ReportsToBlock", "101", "from 0 to 100")]
    [InlineData("Network:TrustedProxies:0", "10.0.0.0/33", "a network such as 10.0.0.0/8")]
    [InlineData("Upstreams:pypi:Enabled", "on", "true or false")]
    [InlineData("Upstreams:pypi:AllowHttp", "maybe", "true or false")]
    [InlineData("Upstreams:pypi:AllowPrivateNetwork", "maybe", "true or false")]
    [InlineData("Upstreams:pypi:CaFile", "/there/is/no/such/file.pem", "a file that exists")]
    [InlineData("Upstreams:pypi:FileHosts:0", "files.example/path", "a host name")]
    [InlineData("Upstreams:pypi:FileHosts:0", "user@files.example", "a host name")]
    [InlineData("Upstreams:pypi:Projects:0", "Acme.*", "a glob")]
    [InlineData("Upstreams:pypi:Replaceable:0", "acme-*", "never legitimately change")]
    public void Wrong_value_is_named_with_what_it_may_be(string key, string value, string allowed)
    {
        var error = LoadedSettings.Wrong((key, value));
        Assert.Contains("Hashgate:" + key.Replace(":0", "", StringComparison.Ordinal), error, StringComparison.Ordinal);
        Assert.Contains(allowed, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hash-mismatch")]
    [InlineData("hash-changed")]
    [InlineData("no-hash")]
    [InlineData("filename-mismatch")]
    [InlineData("trust-unavailable")]
    [InlineData("reserved-name")]
    public void Guard_of_the_proof_can_not_be_softened(string rule)
    {
        LoadedSettings.Right(($"Policy:Rules:{rule}:Mode", "enforce"));
        Assert.Contains("always enforced", LoadedSettings.Wrong(($"Policy:Rules:{rule}:Mode", "audit")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_is_told_at_once()
    {
        var loaded = LoadedSettings.Of(("Files:MaxBytes", "0"), ("Policy:Mode", "lenient"), ("Trust:Provider", "redis"), ("Upstreams:acme:Projects:0", "acme-*"), ("Colour", "red"));

        Assert.Null(loaded.Settings);
        Assert.Equal(5, loaded.Errors.Count);
        foreach (var key in (string[])["Files:MaxBytes", "Policy:Mode", "Redis:Configuration", "Upstreams:acme:IndexUrl", "Colour"])
            Assert.Single(loaded.Errors, e => e.StartsWith("Hashgate:" + key, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PublicURLs")]
    [InlineData("Files:MaxByte")]
    [InlineData("Upstreams:pypi:Index")]
    [InlineData("Policy:Rules:hash-mismatch:Severity")]
    [InlineData("Policy:Rules:hash-mismach:Mode")]
    public void Unknown_key_is_an_error(string key) =>
        Assert.Equal($"Hashgate:{key} is no setting: see docs/configuration.md for those there are.", LoadedSettings.Wrong((key, Secret)));

    [Fact]
    public void Keys_are_read_in_any_case() => Assert.Equal(7, LoadedSettings.Right(("files:maxperclient", "7")).Files.MaxPerClient);

    [Theory]
    [InlineData("Upstreams:pypi:IndexUrl", "https://user:" + Secret + "@index.example/simple/")]
    [InlineData("Upstreams:pypi:Proxy", "http://user:" + Secret + "@proxy.example:3128")]
    [InlineData("PublicUrl", "https://" + Secret + "@hashgate.example")]
    [InlineData("Admin:Token", Secret + " with spaces")]
    [InlineData("Admin:Tokens:ci:Value", Secret + "\u00e4")]
    [InlineData("Upstreams:pypi:Pasword", Secret)]
    public void Secret_is_never_echoed(string key, string value)
    {
        var error = LoadedSettings.Wrong((key, value));
        Assert.Contains("Hashgate:" + key, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Hold_back_larger_than_verify_first_is_an_error() =>
        Assert.Contains("must not be larger", LoadedSettings.Wrong(("Files:HoldBackBytes", "2000"), ("Files:VerifyFirstBytes", "1000")), StringComparison.Ordinal);

    [Fact]
    public void Public_url_is_an_allowed_host_without_its_slash()
    {
        var settings = LoadedSettings.Right(("PublicUrl", "https://hashgate.example/"), ("AllowedHosts:0", "proxy.internal"));
        Assert.Equal("https://hashgate.example", settings.PublicUrl);
        Assert.Equal(["proxy.internal", "hashgate.example"], settings.AllowedHosts);
    }

    [Fact]
    public void Trusted_proxies_are_networks_or_single_addresses()
    {
        var settings = LoadedSettings.Right(("Network:TrustedProxies:0", "10.0.0.0/8"), ("Network:TrustedProxies:1", "192.0.2.7"), ("Network:TrustedProxies:2", "2001:db8::1"));
        Assert.Equal([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("192.0.2.7/32"), IPNetwork.Parse("2001:db8::1/128")], settings.TrustedProxies);
    }

    [Fact]
    public void Tokens_have_names_and_roles()
    {
        var settings = LoadedSettings.Right(("Admin:Token", Secret), ("Admin:Tokens:grafana:Value", Secret + "-view"), ("Admin:Tokens:ci:Value", Secret + "-ci"), ("Admin:Tokens:ci:Role", "operate"));
        Assert.Equal(
            [new AdminToken("operator", Secret, Role.Operate), new AdminToken("ci", Secret + "-ci", Role.Operate), new AdminToken("grafana", Secret + "-view", Role.View)],
            settings.Admin.Tokens);
    }

    [Fact]
    public void Token_without_a_value_is_an_error() =>
        Assert.Equal("Hashgate:Admin:Tokens:ci:Value is missing.", LoadedSettings.Wrong(("Admin:Tokens:ci:Role", "operate")));

    [Fact]
    public void Redis_is_read_whole()
    {
        var settings = LoadedSettings.Right(("Trust:Provider", "Redis"), ("Redis:Configuration", "redis:6379,password=x"), ("Redis:KeyPrefix", "team"), ("Redis:AssumeDurable", "true"));
        Assert.Equal((true, "redis:6379,password=x", "team", true), (settings.Trust.UsesRedis, settings.Trust.Redis.Configuration, settings.Trust.Redis.KeyPrefix, settings.Trust.Redis.AssumeDurable));
    }

    [Theory]
    [InlineData("redis:6379,pasword=hunter2", "can't be read")]
    [InlineData("redis:6379,connectTimeout=soon,password=hunter2", "can't be read")]
    [InlineData("password=hunter2", "names no server")]
    public void Redis_configuration_that_is_wrong_is_an_error_that_quotes_no_password(string configuration, string named)
    {
        var error = LoadedSettings.Wrong(("Trust:Provider", "redis"), ("Redis:Configuration", configuration));
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a}b")]
    [InlineData("*")]
    [InlineData("two words")]
    public void Key_prefix_with_characters_that_mean_something_is_an_error(string prefix) =>
        Assert.Contains("Redis:KeyPrefix", LoadedSettings.Wrong(("Redis:KeyPrefix", prefix)), StringComparison.Ordinal);

    [Fact]
    public void Certificates_of_a_Redis_that_has_no_TLS_are_an_error()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "ca.pem");
        File.WriteAllText(file, "no certificate");
        Assert.Contains("can't be read as PEM", LoadedSettings.Wrong(("Trust:Provider", "redis"), ("Redis:Configuration", "redis:6379,ssl=true"), ("Redis:CaFile", file)), StringComparison.Ordinal);
        File.WriteAllText(file, TestAuthority.Create().CertificatePem);
        Assert.Contains("ssl=true", LoadedSettings.Wrong(("Trust:Provider", "redis"), ("Redis:Configuration", "redis:6379"), ("Redis:CaFile", file)), StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_of_a_rule_is_that_rule_s_alone()
    {
        var one = LoadedSettings.Right(("Policy:Rules:upstream-quarantined:Mode", "audit")).Policy;
        Assert.Equal((true, false), (one.IsAudited("upstream-quarantined"), one.IsAudited("other")));
        var all = LoadedSettings.Right(("Policy:Mode", "audit")).Policy;
        Assert.Equal((true, true), (all.IsAudited("upstream-quarantined"), all.IsAudited("other")));
    }

    [Fact]
    public void Rule_that_is_off_is_that_rule_alone()
    {
        var policy = LoadedSettings.Right(("Policy:Rules:upstream-quarantined:Mode", "off")).Policy;
        Assert.Equal((false, true), (policy.IsOn("upstream-quarantined"), policy.IsOn("hash-mismatch")));
    }
}
