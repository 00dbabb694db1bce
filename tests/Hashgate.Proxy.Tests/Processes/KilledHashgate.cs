using System.Net;
using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Processes;

/// <summary>A Hashgate that is killed over and over on one data directory, and what clients and exports said before.</summary>
internal sealed class KilledHashgate(FakeIndex index, RedisServer? redis = null) : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, JsonElement> _exported = [];
    private HashgateProcess? _process;

    public HashgateProcess Process => _process!;

    /// <summary>The sha256 that a client was told of a file, by filename.</summary>
    public Dictionary<string, string> Told { get; } = [];

    /// <summary>Starts it again, and looks at what the crash left before anybody asks for anything.</summary>
    public async Task StartAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        var program = new HashgateProgram(Path.Combine(_directory.Path, "data"))
            .Over(index)
            .Set("Files:VerifyFirstBytes", "65536")
            .Set("Files:HoldBackBytes", "4096")
            .Set("Upstreams:pypi:RefreshAfter", "00:00:00.001");
        if (redis is not null) program.With(redis);
        _process = await program.StartAsync();

        await Process.WaitUntilReadyAsync();
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(program.DataDirectory, "staging")));
        foreach (var blob in Directory.EnumerateFiles(Path.Combine(program.DataDirectory, "blobs"), "*", SearchOption.AllDirectories))
            Assert.Equal(Path.GetFileName(blob), Sha256Digest.Of(await File.ReadAllBytesAsync(blob)).ToString());
        await CompareExportAsync();
    }

    /// <summary>What its clients then get is theirs to see.</summary>
    public Task KillAsync() => Process.KillAsync();

    /// <summary>Store and journal agree, once everything was asked for again.</summary>
    public async Task CompareStoreAndJournalAsync()
    {
        await CompareExportAsync();
        var diff = await Process.JsonAsync("api/v1/trust/-/diff");
        foreach (var list in (string[])["missingInStore", "missingInJournal", "different"]) Assert.Empty(diff.GetProperty(list).EnumerateArray());
    }

    /// <summary>Asks for a page; what it says must be what was told before. A page that a crash cut off says nothing.</summary>
    public async Task AskAsync(string project)
    {
        Dictionary<string, string> hashes;
        try
        {
            hashes = await Process.HashesAsync(project);
        }
        catch (Exception cut) when (cut is HttpRequestException { StatusCode: null } or IOException)
        {
            return;
        }
        lock (Told)
        {
            foreach (var (filename, sha256) in hashes)
            {
                if (!Told.TryAdd(filename, sha256)) Assert.Equal(Told[filename], sha256);
            }
        }
    }

    /// <summary>Downloads a file as far as it comes; whether all of it came.</summary>
    public async Task<(HttpStatusCode? Status, bool IsWhole, byte[] Bytes)> DownloadAsync(FakeFile file)
    {
        using var memory = new MemoryStream();
        HttpStatusCode? status = null;
        try
        {
            using var answer = await Process.Client.GetAsync(file.Path.TrimStart('/'), HttpCompletionOption.ResponseHeadersRead);
            status = answer.StatusCode;
            await using var body = await answer.Content.ReadAsStreamAsync();
            await body.CopyToAsync(memory);
            return (status, true, memory.ToArray());
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            return (status, false, memory.ToArray());
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>No record that was ever exported is lost or different; a proof may have come, and then stays.</summary>
    private async Task CompareExportAsync()
    {
        var now = (await Process.ExportAsync()).Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(r => Text(r, "project") + " " + Text(r, "key"));
        foreach (var (name, was) in _exported)
        {
            var record = Assert.Contains(name, (IDictionary<string, JsonElement>)now);
            foreach (var member in (string[])["sha256", "size", "filename", "upstream", "url", "firstSeen", "uploadTime", "coreMetadata"]) Assert.Equal(Text(was, member), Text(record, member));
            if (Text(was, "provenAt") is { } proven) Assert.Equal(proven, Text(record, "provenAt"));
        }
        lock (Told)
        {
            var recorded = now.Values.ToDictionary(r => Text(r, "filename")!, r => Text(r, "sha256"));
            foreach (var (filename, sha256) in Told) Assert.Equal(sha256, recorded.GetValueOrDefault(filename));
        }
        foreach (var (name, record) in now) _exported[name] = record;
    }

    private static string? Text(JsonElement record, string name) => record.TryGetProperty(name, out var value) ? value.ToString() : null;
}
