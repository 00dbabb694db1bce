using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Blobs.S3;
using Hashgate.Storage.Journals;
using Hashgate.Storage.Trust;
using Hashgate.Testing;
using Hashgate.Testing.S3;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Journals;

/// <summary>An object store, and a replica's journal that is sent to it.</summary>
internal sealed class JournalRig : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly S3Bucket _bucket;
    private FileTrustJournal? _journal;
    private JournalSender? _sender;
    private long _sequence;

    private JournalRig(FakeS3 store)
    {
        Store = store;
        var options = new S3Options { ServiceUrl = store.Url.ToString(), Bucket = "b", AccessKey = "key", SecretKey = "secret", Prefix = "some/", Timeout = TimeSpan.FromSeconds(5) };
        _bucket = new S3Bucket(options, TimeProvider.System, NullLogger<S3Bucket>.Instance);
    }

    public FakeS3 Store { get; }
    public BucketJournals Shared { get; private set; } = null!;
    public FileTrustJournal Journal => _journal!;

    /// <summary>The names of the objects that hold lines, in their order.</summary>
    public IReadOnlyList<string> Chunks => [.. Store.Objects.Keys.Where(k => k.EndsWith(".gz", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static async Task<JournalRig> StartAsync(long segmentBytes = 64 << 20)
    {
        var rig = new JournalRig(await FakeS3.StartAsync());
        rig.Open("one", segmentBytes);
        return rig;
    }

    public string PathOf(string name) => Path.Combine(_directory.Path, name);

    /// <summary>Takes the journal in this directory for the replica's own, as a start does.</summary>
    public void Open(string name, long segmentBytes = 64 << 20)
    {
        _journal = FileTrustJournal.Open(PathOf(name), segmentBytes);
        _sender = new JournalSender(_journal, new JournalBucket(_bucket), NullLogger<JournalSender>.Instance);
        Shared = new BucketJournals(new JournalBucket(_bucket), _sender);
    }

    public async Task CloseAsync() => await Journal.DisposeAsync();

    public async Task RestartAsync(string name = "one")
    {
        await CloseAsync();
        Open(name);
    }

    public async Task AppendAsync(int records = 1, string content = "1")
    {
        JournalEntry[] entries = [.. Enumerable.Range(0, records).Select(_ => Entry(++_sequence, content))];
        if (Journal.Identity is null) entries = [new JournalEntry { Kind = JournalKind.Store, When = default, Identity = "store" }, .. entries];
        await Journal.AppendAsync(entries, BucketSequences.All(_sequence), default);
    }

    public Task SendAsync() => _sender!.SendAsync(default);

    public async Task AppendAndSendAsync(int records = 1, string content = "1")
    {
        await AppendAsync(records, content);
        await SendAsync();
    }

    /// <summary>Every replica's journal in the bucket holds what is in this directory's.</summary>
    public async Task AssertSentAsync(params string[] directories)
    {
        var shared = await Shared.OpenAsync(default);
        var found = new List<List<JournalEntry>>();
        foreach (var journal in shared)
        {
            Assert.Empty(journal.Gaps);
            found.Add(await ReadAsync(journal));
        }
        Assert.Equal(directories.Length, found.Count);
        foreach (var directory in directories)
        {
            await using var opened = Journal.Directory == PathOf(directory) ? null : FileTrustJournal.Open(PathOf(directory));
            var entries = await ReadAsync(opened ?? Journal);
            Assert.Contains(found, f => f.SequenceEqual(entries));
        }
    }

    public static async Task<List<JournalEntry>> ReadAsync(IJournalSource journal)
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in journal.ReadAsync(default)) entries.Add(entry);
        return entries;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _bucket.DisposeAsync();
        await Store.DisposeAsync();
        _directory.Dispose();
    }

    private static JournalEntry Entry(long sequence, string content) => new()
    {
        Kind = JournalKind.New,
        When = DateTimeOffset.UnixEpoch.AddSeconds(sequence),
        Sequence = sequence,
        Record = TrustRecord.Of(ProjectName.Parse("demo"), "pypi", TrustClaims.Of($"{sequence}.zip", $"{content} {sequence}"), DateTimeOffset.UnixEpoch, sequence),
    };
}
