using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Tests.Hosting;

public sealed class PolicySettingsTests
{
    [Fact]
    public void List_has_one_source_and_a_rhythm()
    {
        Assert.Empty(LoadedSettings.Right().Policy.Lists);
        var lists = LoadedSettings.Right(("Policy:Rules:allowlist:File", "allow.txt"), ("Policy:Rules:blocklist:Url", "https://lists.example/b"), ("Policy:Rules:blocklist:RefreshAfter", "00:05:00")).Policy.Lists;

        Assert.Equal(
            [new ListSettings("allowlist", Path.GetFullPath("allow.txt"), null, TimeSpan.FromMinutes(1)), new ListSettings("blocklist", null, new Uri("https://lists.example/b"), TimeSpan.FromMinutes(5))],
            lists);
        Assert.Null(lists[1].AllowPrivateNetwork);
        Assert.True(LoadedSettings.Right(("Policy:Rules:blocklist:Url", "https://lists.example/b"), ("Policy:Rules:blocklist:AllowPrivateNetwork", "true")).Policy.Lists[0].AllowPrivateNetwork);
        Assert.True(LoadedSettings.Right(("Advisories:AllowPrivateNetwork", "true")).Advisories.AllowPrivateNetwork);
        Assert.Contains("both set", LoadedSettings.Wrong(("Policy:Rules:allowlist:File", "a"), ("Policy:Rules:allowlist:Url", "https://a.example/")), StringComparison.Ordinal);
        Assert.Contains("from 00:00:01 to 1.00:00:00", LoadedSettings.Wrong(("Policy:Rules:allowlist:RefreshAfter", "00:00:00.5")), StringComparison.Ordinal);
        Assert.Contains("http or https URL", LoadedSettings.Wrong(("Policy:Rules:allowlist:Url", "file:///etc/passwd")), StringComparison.Ordinal);
    }
}
