using System.Collections.Concurrent;
using System.Text;
using Hashgate.Proxy.Telemetry;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hashgate.Proxy.Tests.Telemetry;

public sealed class OtlpExportTests
{
    private static readonly string[] Expected = ["hashgate.requests", "hashgate.upstream.request.duration", "hashgate.cache.size", "service.name", "dotnet.process.cpu.time"];

    [Fact]
    public async Task Configured_receiver_gets_the_same_metrics()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index, new Dictionary<string, string?>
        {
            ["Metrics:Otlp:Endpoint"] = receiver.Url + "/otlp/",
            ["Metrics:Otlp:Interval"] = "00:00:01",
            ["Metrics:Otlp:Headers"] = "x-tenant=acme,authorization=Basic abc",
        });
        var asked = 0;
        await Gets.UntilAsync(async () =>
        {
            // A histogram over OTLP has what was recorded since the meter is open.
            await hashgate.PageAsync("alpha");
            using var nothing = await hashgate.GetAsync($"simple/none-{asked++}/");
            return receiver.Got.Any(g => Expected.All(name => g.Body.Contains(name, StringComparison.Ordinal)));
        });

        Assert.All(receiver.Got, got => Assert.Equal(("POST", "/otlp/v1/metrics", "application/x-protobuf", "acme", "Basic abc"), (got.Method, got.Path, got.Type, got.Tenant, got.Authorization)));
        Assert.All(receiver.Got, got => Assert.DoesNotContain("alpha", got.Body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("hashgate_requests_total", "hashgate.requests", null)]
    [InlineData("hashgate_file_sent_bytes_total", "hashgate.file.sent", "By")]
    [InlineData("hashgate_fetch_duration_seconds", "hashgate.fetch.duration", "s")]
    [InlineData("hashgate_upstream_up", "hashgate.upstream.up", null)]
    public void Instrument_is_named_as_a_collector_turns_it_back(string metric, string instrument, string? unit) =>
        Assert.Equal((instrument, unit), MetricsMeter.Rename(metric));

    private sealed class Receiver : IAsyncDisposable
    {
        private readonly WebApplication _app;

        private Receiver(WebApplication app) => _app = app;

        public ConcurrentQueue<(string Method, string Path, string? Type, string? Tenant, string? Authorization, string Body)> Got { get; } = new();

        public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

        public static async Task<Receiver> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var receiver = new Receiver(builder.Build());
            receiver._app.Run(receiver.TakeAsync);
            await receiver._app.StartAsync();
            return receiver;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task TakeAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var request = context.Request;
            Got.Enqueue((request.Method, request.Path, request.ContentType, request.Headers["x-tenant"], request.Headers.Authorization, Encoding.Latin1.GetString(body.ToArray())));
            context.Response.ContentType = "application/x-protobuf";
        }
    }
}
