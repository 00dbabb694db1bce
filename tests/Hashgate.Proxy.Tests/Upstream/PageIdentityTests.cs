using System.Collections.Concurrent;
using System.Text;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Upstreams;
using Hashgate.Testing;
using Microsoft.Extensions.Logging;

namespace Hashgate.Proxy.Tests.Upstreams;

/// <summary>A page must be one that we can read, and the project's that was asked for.</summary>
public sealed class PageIdentityTests
{
    [Fact]
    public async Task Page_of_a_newer_minor_version_is_read_with_one_warning()
    {
        var log = new Lines();
        await using var bench = await UpstreamBench.StartAsync(log: log);
        bench.Index.ApiVersion = "1.9";
        Assert.Single((await bench.FetchPageAsync()).Page.Files);
        Assert.Single((await bench.FetchPageAsync()).Page.Files);
        Assert.Single(log.All, line => line.Contains("speaks version 1.9", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_of_a_newer_major_version_is_refused()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.ApiVersion = "2.0";
        Assert.Equal(FetchErrorKind.Malformed, (await bench.PageErrorAsync()).Kind);
    }

    [Fact]
    public async Task Page_of_another_project_is_refused()
    {
        await using var bench = await UpstreamBench.StartAsync();
        var other = Encoding.UTF8.GetBytes("""{"meta":{"api-version":"1.4"},"name":"other","versions":[],"files":[]}""");
        bench.Index.Faults.Always(bench.PagePath, new Fault { Change = reply => reply with { Body = Fault.Compress(other) } });
        Assert.Equal("The page is another project's.", (await bench.PageErrorAsync()).Detail);
    }

    private sealed class Lines : ILogger<UpstreamClient>
    {
        public ConcurrentQueue<string> All { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception));
    }
}
