using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Hashgate.Proxy.Tests.Telemetry;

/// <summary>What is logged, how much of it, and that no text of others is taken for ours.</summary>
public sealed partial class LoggingTests
{
    [Theory]
    [InlineData("Hashgate.Proxy.Endpoints.Refusal", LogLevel.Information)]
    [InlineData("Hashgate.Proxy.Upstreams.UpstreamClient", LogLevel.Information)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning)]
    [InlineData("System.Net.Http.HttpClient", LogLevel.Warning)]
    [InlineData("Yarp.ReverseProxy.Forwarder.HttpForwarder", LogLevel.Warning)]
    public void Area_logs_from_its_standard_level_on(string category, LogLevel least) => AssertLeast(least, category, []);

    [Fact]
    public void Area_is_set_by_its_name_and_the_longest_one_counts()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Serilog:MinimumLevel:Default"] = "Error",
            ["Serilog:MinimumLevel:Override:Hashgate.Proxy"] = "Debug",
            ["Serilog:MinimumLevel:Override:Hashgate.Proxy.Upstreams"] = "Fatal",
            ["Serilog:MinimumLevel:Override:Microsoft"] = "Information",
        };
        AssertLeast(LogLevel.Error, "Hashgate.Core.Serving.Files", settings);
        AssertLeast(LogLevel.Debug, "Hashgate.Proxy.Endpoints.Refusal", settings);
        AssertLeast(LogLevel.Critical, "Hashgate.Proxy.Upstreams.UpstreamClient", settings);
        AssertLeast(LogLevel.Information, "Microsoft.AspNetCore.Server.Kestrel", settings);
    }

    [Fact]
    public void Documented_areas_are_those_that_log()
    {
        var told = AreaRow().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"))).Select(m => m.Groups[1].Value).ToArray();
        var logging = new[] { typeof(Core.Events.Event), typeof(Storage.Events.EventFigures), typeof(HashgateServer) }
            .SelectMany(t => t.Assembly.GetTypes())
            .Where(t => t.GetConstructors().Concat(t.GetConstructors(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance))
                .Any(c => c.GetParameters().Any(p => p.ParameterType.IsGenericType && p.ParameterType.GetGenericTypeDefinition() == typeof(ILogger<>))))
            .Select(t => t.FullName!)
            .ToArray();
        Assert.DoesNotContain(logging, name => !told.Any(area => name.StartsWith(area + ".", StringComparison.Ordinal)));
        Assert.DoesNotContain(told, area => area.StartsWith("Hashgate", StringComparison.Ordinal) && !logging.Any(name => name.StartsWith(area + ".", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Refusal_is_one_line_of_json_with_the_request_id_of_its_answer()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        file.Bytes = [.. file.Bytes[..^1], (byte)(file.Bytes[^1] ^ 1)];
        index.Faults.Always("/simple/beta/", Fault.Status(503));
        using var directory = new TemporaryDirectory();
        await using var server = await new HashgateProgram(Path.Combine(directory.Path, "data")).Over(index).StartAsync();

        var refused = await AskAsync(server, file.Path, HttpStatusCode.Forbidden);
        var missing = await AskAsync(server, "simple/beta/", HttpStatusCode.GatewayTimeout);
        (await server.Client.GetAsync("simple/alpha/")).Dispose();
        await server.AskToStopAsync();
        Assert.Equal(0, await server.WaitForExitAsync());

        var lines = server.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.StartsWith('{')).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        var refusal = Assert.Single(lines, l => Id(l) == 1001);
        Assert.Equal((refused, "alpha", "hash-mismatch", file.Filename, "127.0.0.1"), (Text(refusal, "RequestId"), Text(refusal, "Project"), Text(refusal, "Rule"), Text(refusal, "Filename"), Text(refusal, "Client")));
        Assert.DoesNotContain("alpha", refusal.GetProperty("MessageTemplate").GetString(), StringComparison.Ordinal);
        Assert.Equal((missing, "beta", "127.0.0.1"), (Text(Assert.Single(lines, l => Id(l) == 1002), "RequestId"), Text(lines.Single(l => Id(l) == 1002), "What"), Text(lines.Single(l => Id(l) == 1002), "Client")));
        // What was allowed is in the sum alone.
        Assert.Equal(3, Assert.Single(lines, l => Id(l) == 3702).GetProperty("Properties").GetProperty("Requests").GetInt32());
        Assert.DoesNotContain(lines, l => Id(l) is not (1001 or 3702) && l.GetRawText().Contains("/simple/alpha", StringComparison.Ordinal));
    }

    private static async Task<string> AskAsync(HashgateProcess server, string path, HttpStatusCode status)
    {
        using var answer = await server.Client.GetAsync(path.TrimStart('/'));
        Assert.Equal(status, answer.StatusCode);
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        var id = Assert.Single(answer.Headers.GetValues("Hashgate-Request-Id"));
        Assert.Equal(id, body.GetProperty("requestId").GetString());
        return id;
    }

    private static void AssertLeast(LogLevel least, string category, Dictionary<string, string?> settings)
    {
        using var factory = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(LogLevel.Trace)
            .AddHashgateLogging(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
        var logger = factory.CreateLogger(category);
        Assert.Equal(Enum.GetValues<LogLevel>().Where(l => l >= least && l != LogLevel.None), Enum.GetValues<LogLevel>().Where(l => l != LogLevel.None && logger.IsEnabled(l)));
    }

    private static int Id(JsonElement line) => line.GetProperty("Properties").TryGetProperty("EventId", out var id) ? id.GetProperty("Id").GetInt32() : 0;

    private static string? Text(JsonElement line, string property) => line.GetProperty("Properties").GetProperty(property).GetString();

    [GeneratedRegex("""^\| `((?:Hashgate|Microsoft|System|Yarp)[A-Za-z.]*)` \|""", RegexOptions.Multiline)]
    private static partial Regex AreaRow();
}
