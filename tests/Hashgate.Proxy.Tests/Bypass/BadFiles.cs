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
            foreach (var suffix in (string[])["", ".metadata"]) await hashgate.Client.GetByteArrayAsync(file.Path[1..] + suffix);
            lock (file.Project.Files) file.Project.Files.Remove(file);
            await SeeAsync(hashgate, file);
        }, Get: 404, Head: 404),
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

    private static async Task SeeAsync(RunningHashgate hashgate, FakeFile file) =>
        await hashgate.Get<ProjectPages>().RefreshAsync(ProjectName.Parse(file.Project.Name), CancellationToken.None);
}
