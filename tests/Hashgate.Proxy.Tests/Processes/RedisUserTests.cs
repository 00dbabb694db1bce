using System.Net;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Processes;

/// <summary>The user of docs/operations.md: all that Hashgate does, and nothing else.</summary>
[Trait("Needs", "redis")]
public sealed class RedisUserTests
{
    [Fact]
    public async Task Documented_user_is_refused_nothing_that_Hashgate_asks_for()
    {
        await using var rig = await RedisRig.StartAsync();
        Assert.Equal("+OK", await rig.Redis.CommandAsync("ACL SETUSER hashgate resetkeys " + RedisUser.Documented.Single(rule => rule.StartsWith('~'))));
        await rig.RestartServerAsync();

        await rig.AssertServedAsync(rig.AddNew("new"));
        await rig.AssertServedAsync(rig.Claimed);
        foreach (var (path, body) in ((string, object)[])
        [
            ("api/v1/waivers", new { project = "new", rule = "minimum-age", reason = "read its source" }),
            ("api/v1/flags", new { project = "new", version = "1.0", reason = "steals" }),
            ("api/v1/lists/blocklist", new { entry = "other==1.0", reason = "taken over" }),
        ]) Assert.Equal(HttpStatusCode.Created, (await rig.Server.CallAsync(HttpMethod.Post, path, body)).Status);
        foreach (var path in (string[])["api/v1/events", "api/v1/events/summary", "api/v1/trust/new", "api/v1/downloads?project=new", "dashboard", "dashboard/health", "dashboard/policy", "dashboard/projects/new"])
        {
            using var answer = await rig.Server.Client.GetAsync(path);
            Assert.True(answer.IsSuccessStatusCode, $"{path} was answered {answer.StatusCode}");
        }
        Assert.Equal(0, (await rig.RunAsync("trust", "diff")).ExitCode);
        Assert.Equal("+OK", await rig.Redis.CommandAsync("FLUSHALL"));
        await rig.Server.WaitForReasonAsync("trust restore");
        Assert.Equal(0, (await rig.RunAsync("trust", "restore")).ExitCode);
        Assert.Equal(0, (await rig.RunAsync("policy", "restore")).ExitCode);
        await rig.Server.AskToStopAsync();
        await rig.Server.WaitForExitAsync();

        Assert.Empty(await rig.Redis.RefusedAsync());
    }

    [Theory]
    [InlineData("FLUSHALL")]
    [InlineData("KEYS *")]
    [InlineData("CONFIG SET appendonly no")]
    [InlineData("GET hashgate:other")]
    [InlineData("SET {other}:trust:state x")]
    [InlineData("SHUTDOWN NOSAVE")]
    [InlineData("ACL WHOAMI")]
    public async Task Documented_user_may_do_nothing_else(string command)
    {
        await using var redis = await RedisServer.StartAsync();
        Assert.Equal("+OK", await redis.CommandAsync("ACL SETUSER hashgate resetkeys " + RedisUser.Documented.Single(rule => rule.StartsWith('~'))));
        Assert.StartsWith("-NOPERM", (await redis.LinesAsync($"AUTH hashgate {RedisUser.Documented.ElementAt(2)[1..]}\r\n{command}", 2))[1], StringComparison.Ordinal);
    }
}
