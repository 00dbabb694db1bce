using System.Runtime.CompilerServices;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Pages;

/// <summary>
/// Snapshots as files below <c>&lt;data&gt;/pages</c>, each written aside and renamed into place. What can't be read is no snapshot: it is
/// logged and fetched anew. Nothing is flushed, for losing a page costs one fetch.
/// </summary>
/// <param name="root">The directory <c>pages</c>; made when it is first needed.</param>
public sealed class DiskPageStore(string root, PageLimits limits, ILogger<DiskPageStore> logger) : IPageStore
{
    private long _writes;

    public async ValueTask<PageSnapshot?> GetAsync(string upstream, ProjectName project, CancellationToken cancellationToken)
    {
        string? reason = null;
        // Twice, for a body that was replaced after its header was read.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if (await ReadHeaderAsync(upstream, project, cancellationToken) is not { } header) return null;
            if (await ReadAsync(new PageFiles(root, upstream, project).Body(header), cancellationToken) is not { } body)
            {
                reason = "its body is missing";
                continue;
            }
            if (PageCodec.TryDecode(header, body, limits, out reason) is { } snapshot) return snapshot;
            break;
        }
        logger.Unusable(upstream, project.Value, reason);
        return null;
    }

    public ValueTask<PageSnapshot?> GetSharedAsync(string upstream, ProjectName project, DateTimeOffset later, CancellationToken cancellationToken) => ValueTask.FromResult<PageSnapshot?>(null);

    public async ValueTask PutAsync(PageSnapshot snapshot, long turn, CancellationToken cancellationToken)
    {
        var (header, body) = PageCodec.Encode(snapshot);
        await StoreAsync(header, body, cancellationToken);
    }

    public async ValueTask RenewAsync(PageSnapshot snapshot, long turn, CancellationToken cancellationToken)
    {
        if (await RenewHeaderAsync(snapshot, cancellationToken) is null) await PutAsync(snapshot, turn, cancellationToken);
    }

    public async IAsyncEnumerable<(string Upstream, ProjectName Project)> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Directory.Exists(root)) yield break;
        foreach (var path in Directory.EnumerateFiles(root, "*.head", SearchOption.AllDirectories))
        {
            if (PageFiles.TryTell(root, path) is { } told)
            {
                yield return told;
                continue;
            }
            if (await ReadAsync(path, cancellationToken) is not { } bytes) continue;
            if (PageHeader.TryRead(bytes) is { } header) yield return (header.Upstream, ProjectName.Parse(header.Project));
            else logger.Stray(path);
        }
    }

    public ValueTask RemoveAsync(string upstream, ProjectName project, CancellationToken cancellationToken)
    {
        var files = new PageFiles(root, upstream, project);
        if (!Directory.Exists(files.Directory)) return ValueTask.CompletedTask;
        // The header first: without it the rest is nothing.
        File.Delete(files.Header);
        foreach (var path in files.All()) File.Delete(path);
        return ValueTask.CompletedTask;
    }

    internal async ValueTask<PageHeader?> ReadHeaderAsync(string upstream, ProjectName project, CancellationToken cancellationToken)
    {
        if (await ReadAsync(new PageFiles(root, upstream, project).Header, cancellationToken) is not { } bytes) return null;
        var header = PageHeader.TryRead(bytes, upstream, project);
        if (header is null) logger.Unusable(upstream, project.Value, "its header can't be read");
        return header;
    }

    /// <summary>Writes the snapshot's header for the body that is there and returns it; null where none is.</summary>
    internal async ValueTask<PageHeader?> RenewHeaderAsync(PageSnapshot snapshot, CancellationToken cancellationToken)
    {
        var project = snapshot.Page.Project;
        if (await ReadHeaderAsync(snapshot.Upstream, project, cancellationToken) is not { } old) return null;
        var files = new PageFiles(root, snapshot.Upstream, project);
        if (!File.Exists(files.Body(old))) return null;
        var renewed = PageHeader.Of(snapshot, old.Body, old.BodyLength);
        await GuardAsync(renewed, () => ReplaceAsync(files.Header, renewed.ToBytes(), cancellationToken));
        return renewed;
    }

    internal ValueTask StoreAsync(PageHeader header, byte[] body, CancellationToken cancellationToken) => GuardAsync(header, async () =>
    {
        var files = new PageFiles(root, header.Upstream, ProjectName.Parse(header.Project));
        Directory.CreateDirectory(files.Directory);
        await ReplaceAsync(files.Body(header), body, cancellationToken);
        await ReplaceAsync(files.Header, header.ToBytes(), cancellationToken);
        foreach (var path in files.All())
        {
            if (path != files.Header && path != files.Body(header)) File.Delete(path);
        }
    });

    private async Task ReplaceAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        var temporary = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}.{Interlocked.Increment(ref _writes):x}.new");
        await File.WriteAllBytesAsync(temporary, bytes, cancellationToken);
        File.Move(temporary, path, overwrite: true);
    }

    private async ValueTask GuardAsync(PageHeader header, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.NotStored(header.Upstream, header.Project, e);
        }
    }

    private async ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        // Most pages that are asked for here are not here: an exception for each would cost more than all the rest of looking.
        if (!File.Exists(path)) return null;
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.Unreadable(path, e);
            return null;
        }
    }
}
