using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hashgate.Proxy.Tests.Webhooks;

/// <summary>What a webhook's receiver got.</summary>
internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Id => Headers["Hashgate-Delivery"];

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>What the event was about, in its generic form.</summary>
    public string? Reason => Json.GetProperty("event").GetProperty("reason").GetString();

    /// <summary>Whether the signature is that of the documented recipe, and the time it was made at.</summary>
    public (bool Right, long Time) Verify(string secret)
    {
        var parts = Headers["Hashgate-Signature"].Split(',').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
        byte[] signed = [.. Encoding.ASCII.GetBytes(parts["t"] + "."), .. Body];
        return (Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), signed)) == parts["v1"], long.Parse(parts["t"], System.Globalization.CultureInfo.InvariantCulture));
    }
}

/// <summary>A webhook's receiver on a loopback port that answers as a test says.</summary>
internal sealed class FakeReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();
    private readonly ConcurrentQueue<(int Status, string? RetryAfter)> _answers = new();

    private FakeReceiver(WebApplication app) => _app = app;

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/hook/secret-path?sig=secret-query");

    /// <summary>What is answered where <see cref="Script"/> says nothing.</summary>
    public int Status { get; set; } = 200;

    /// <summary>No answer goes out before this has ended.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public static async Task<FakeReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        var app = builder.Build();
        var receiver = new FakeReceiver(app);
        app.Run(receiver.HandleAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>The next answers, one each.</summary>
    public FakeReceiver Script(params (int Status, string? RetryAfter)[] answers)
    {
        foreach (var answer in answers) _answers.Enqueue(answer);
        return this;
    }

    /// <summary>Waits for the next delivery.</summary>
    public async Task<Received> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _received.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Waits for the next delivery while the clock goes on in steps of a second.</summary>
    public async Task<Received> NextAsync(Hashgate.Testing.ManualTimeProvider clock)
    {
        var next = NextAsync();
        while (!next.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(next, Task.Delay(1));
        }
        return await next;
    }

    /// <summary>Whether a delivery came that nobody asked for yet.</summary>
    public bool HasMore => _received.Reader.Count > 0;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _received.Writer.TryWrite(new Received(context.Request.Path, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
        await Gate.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var (status, retryAfter) = _answers.TryDequeue(out var scripted) ? scripted : (Status, null);
        context.Response.StatusCode = status;
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        if (status is >= 300 and < 400) context.Response.Headers.Location = "/elsewhere";
        await context.Response.WriteAsync("the receiver's \u202e words");
    }
}
