using System.Net;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Upstreams;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Upstreams;

/// <summary>Lists and advisories are fetched by one client: conditional, guarded, bounded.</summary>
public sealed class DocumentClientTests : IAsyncLifetime, IDisposable
{
    private static readonly TestWheel Wheel = TestWheel.Build("sample", "1.0");

    private readonly MemoryStream _target = new();
    private FakeIndex _server = null!;
    private string _path = "";

    public async Task InitializeAsync()
    {
        _server = await FakeIndex.StartAsync();
        _path = _server.Add(Wheel).Path;
    }

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    public void Dispose() => _target.Dispose();

    [Fact]
    public async Task Document_is_copied_with_its_etag_and_not_copied_again_while_it_is_the_same()
    {
        var first = await GetAsync();
        Assert.Equal(DocumentAnswerKind.Copied, first.Kind);
        Assert.Equal(Wheel.Bytes, _target.ToArray());

        _server.Faults.Always(_path, Fault.Status(304));
        Assert.Equal(new DocumentAnswer(DocumentAnswerKind.Unchanged, first.ETag), await GetAsync(etag: first.ETag));
        Assert.Equal(first.ETag, _server.Requests.For(_path)[^1]["If-None-Match"]);
        // Nobody asked whether it changed, so "it didn't" is no answer.
        Assert.Equal(FetchErrorKind.BadStatus, (await GetAsync()).Error!.Kind);
    }

    [Theory]
    [InlineData(404, "Missing")]
    [InlineData(410, "Missing")]
    [InlineData(403, "Failed")]
    [InlineData(500, "Failed")]
    public async Task Answer_without_a_document_tells_its_status(int status, string kind)
    {
        _server.Faults.Always(_path, Fault.Status(status));
        var answer = await GetAsync();
        Assert.Equal((kind, status), (answer.Kind.ToString(), answer.Error!.Status));
        Assert.Equal(0, _target.Length);
    }

    [Fact]
    public async Task Redirect_is_followed_on_the_server_itself_and_nowhere_else()
    {
        await using var other = await FakeIndex.StartAsync();
        _server.Faults.Always("/list", Fault.Redirect(_path));
        _server.Faults.Always("/away", Fault.Redirect(other.BaseUrl + "/x?signature=secret"));
        _server.Faults.Always("/inside", Fault.Redirect("http://169.254.169.254/latest/"));

        Assert.Equal(DocumentAnswerKind.Copied, (await GetAsync("/list")).Kind);
        foreach (var path in (string[])["/away", "/inside"])
        {
            var error = (await GetAsync(path)).Error!;
            Assert.Equal(FetchErrorKind.Forbidden, error.Kind);
            Assert.DoesNotContain("secret", error.Detail, StringComparison.Ordinal);
        }
        Assert.Empty(other.Requests.All);
    }

    [Theory]
    [InlineData(null, FetchErrorKind.Forbidden)]
    [InlineData(false, FetchErrorKind.Forbidden)]
    [InlineData(true, null)]
    public async Task Name_with_a_private_address_is_asked_by_leave_only(bool? allowed, FetchErrorKind? expected)
    {
        var answer = await GetAsync(host: "lists.example", allowPrivate: allowed);
        Assert.Equal(expected, answer.Error?.Kind);
        Assert.Equal(expected is null ? 1 : 0, _server.Requests.All.Count);
    }

    [Theory]
    [InlineData(0, true, true)]
    [InlineData(-1, true, false)]
    [InlineData(0, false, true)]
    [InlineData(-1, false, false)]
    public async Task Document_that_is_too_long_is_none(int beyond, bool toldBefore, bool isCopied)
    {
        if (!toldBefore) _server.Faults.Always(_path, Fault.Chunked());
        var answer = await GetAsync(maxBytes: Wheel.Bytes.Length + beyond);
        Assert.Equal(isCopied ? null : FetchErrorKind.TooLarge, answer.Error?.Kind);
    }

    [Theory]
    [InlineData(1_000_000, 60, "took too long")]
    [InlineData(60, 1_000_000, "stood still")]
    public async Task Document_that_drips_on_is_given_up_in_the_end_and_a_silent_one_before(int silence, int longest, string told)
    {
        var (clock, gate) = (new ManualTimeProvider(), new Gate());
        using var seen = new BegunStream();
        _server.Faults.Always(_path, Fault.HoldBody(20, gate));
        var asked = GetAsync(clock: clock, silence: silence, longest: longest, target: seen);
        await seen.Begun;
        // The next read begins its own wait some moments later: the clock goes on until then.
        while (await Task.WhenAny(asked, Task.Delay(20)) != asked) clock.Advance(TimeSpan.FromSeconds(61));
        var error = (await asked).Error!;
        Assert.Equal(FetchErrorKind.TimedOut, error.Kind);
        Assert.Contains(told, error.Detail, StringComparison.Ordinal);
    }

    private async Task<DocumentAnswer> GetAsync(
        string? path = null, string? etag = null, string host = "127.0.0.1", bool? allowPrivate = null, long maxBytes = 1 << 20,
        TimeProvider? clock = null, int silence = 30, int longest = 300, Stream? target = null)
    {
        var url = new UriBuilder("http", host, _server.Port, path ?? _path).Uri;
        var server = new DocumentServer("lists", url, allowPrivate, TimeSpan.FromSeconds(silence), TimeSpan.FromSeconds(longest));
        using var client = new DocumentClient(server, "Hashgate/0", clock ?? TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        return await client.GetAsync(url, etag, maxBytes, target ?? _target, CancellationToken.None);
    }

    /// <summary>Tells when something was copied: the client waits for the rest then.</summary>
    private sealed class BegunStream : MemoryStream
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _begun.TrySetResult();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
