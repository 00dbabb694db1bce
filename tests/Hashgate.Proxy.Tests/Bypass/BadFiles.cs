using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Bypass;

/// <summary>One way in which a file is bad: how it comes about, and what asking for it is answered with.</summary>
/// <param name="Head">What HEAD is answered with before anybody asked for the file.</param>
internal sealed record BadFile(string Name, Func<RunningHashgate, FakeIndex, FakeFile, Task> Spoil, int Get = 403, int Head = 403)
{
    public static IReadOnlyList<BadFile> All { get; } =
    [
        new("tampered with", static (_, _, file) => { Tamper(file); return Task.CompletedTask; }, Head: 200),
        new("tampered with and refused before", static async (hashgate, _, file) =>
        {
            Tamper(file);
            foreach (var suffix in (string[])["", ".metadata"]) (await hashgate.Client.GetAsync(file.Path[1..] + suffix)).Dispose();
        }),
        new("changed in its place", static async (hashgate, _, file) =>
        {
            await SeeAsync(hashgate, file);
            Tamper(file);
            file.ClaimBytes();
            await SeeAsync(hashgate, file);
        }, Head: 200),
        new("changed and moved", static async (hashgate, _, file) =>
        {
            await SeeAsync(hashgate, file);
            Tamper(file);
            file.ClaimBytes().Path = FakeFile.PathFor(Sha256Digest.Of(file.Bytes), file.Filename);
            await SeeAsync(hashgate, file);
        }, Head: 200),
        new("without a hash", static (_, _, file) => { file.Hashes.Clear(); return Task.CompletedTask; }),
        new("proven, then quarantined", static async (hashgate, _, file) =>
        {
            foreach (var suffix in (string[])["", ".metadata"]) await hashgate.Client.GetByteArrayAsync(file.Path[1..] + suffix);
            file.Project.Status = "quarantined";
            await SeeAsync(hashgate, file);
        }),
        new("proven, then gone from its page", static async (hashgate, _, file) =>
        {
            await ProveAsync(hashgate, file);
            lock (file.Project.Files) file.Project.Files.Remove(file);
            await SeeAsync(hashgate, file);
        }),
        new("proven, then gone with its project", static async (hashgate, index, file) =>
        {
            await ProveAsync(hashgate, file);
            index.Remove(file.Project.Name);
            await SeeAsync(hashgate, file);
        }),
        new("proven, then quarantined and no longer listed", static async (hashgate, _, file) =>
        {
            await ProveAsync(hashgate, file, TimeSpan.FromDays(1000));
            lock (file.Project.Files) file.Project.Files.Clear();
            file.Project.Status = "quarantined";
            await SeeAsync(hashgate, file);
        }),
        new("seen, then gone from its page", static async (hashgate, _, file) =>
        {
            file.UploadTime = DateTimeOffset.UtcNow.AddDays(-10);
            await SeeAsync(hashgate, file);
            lock (file.Project.Files) file.Project.Files.Remove(file);
            await SeeAsync(hashgate, file);
        }),
        new("too new", static (_, _, file) => { file.UploadTime = DateTimeOffset.UtcNow; return Task.CompletedTask; }),
        new("added late", static (_, _, file) =>
        {
            file.UploadTime = DateTimeOffset.UtcNow.AddDays(-10);
            file.Project.Add(file.Filename.Replace("-py3-none-any.whl", ".tar.gz", StringComparison.Ordinal), file.Version, TestWheel.Noise(100, 1));
            return Task.CompletedTask;
        }),
        new("on another project's page", static (_, index, file) =>
        {
            lock (file.Project.Files) file.Project.Files.Remove(file);
            var host = index.Project("host-of-" + file.Project.Name);
            lock (host.Files) host.Files.Add(file);
            return Task.CompletedTask;
        }, Get: 404, Head: 404),
    ];

    private static void Tamper(FakeFile file)
    {
        file.Bytes = TestWheel.Noise(file.Bytes.Length, file.Bytes[0] + 1000);
        file.Metadata = TestWheel.Noise(file.Metadata!.Length, file.Bytes[0] + 2000);
    }

    /// <summary>It is in the cache, with its core metadata.</summary>
    private static async Task ProveAsync(RunningHashgate hashgate, FakeFile file, TimeSpan? age = null)
    {
        file.UploadTime = DateTimeOffset.UtcNow - (age ?? TimeSpan.FromDays(10));
        foreach (var suffix in (string[])["", ".metadata"]) await hashgate.Client.GetByteArrayAsync(file.Path[1..] + suffix);
    }

    private static async Task SeeAsync(RunningHashgate hashgate, FakeFile file) =>
        await hashgate.Get<ProjectPages>().RefreshAsync(ProjectName.Parse(file.Project.Name), CancellationToken.None);
}
