using System.Text.Json;

namespace Hashgate.Proxy.Webhooks;

/// <summary>
/// What waits for one receiver, a small file each, so that it waits over a restart. Nothing is forced to the disk: a machine that
/// loses its power may lose what was about to be told, never what is on record. For one thread at a time.
/// </summary>
internal sealed class DeliverySpool(string folder)
{
    private const string Ending = ".json";

    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);

    /// <summary>What an earlier run left, oldest first. A file that can't be read, cut short by a crash, is removed and counted.</summary>
    public IReadOnlyList<Delivery> Read(out int unreadable)
    {
        var found = new List<Delivery>();
        unreadable = 0;
        if (!Directory.Exists(folder)) return found;
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Ending).Order(StringComparer.Ordinal).ToArray())
        {
            if (ReadOne(path) is { } delivery)
            {
                found.Add(delivery);
                _kept.Add(delivery.Id);
            }
            else
            {
                unreadable++;
                File.Delete(path);
            }
        }
        return found;
    }

    /// <summary>Makes the folder hold what waits and nothing else.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written.</exception>
    public void Keep(IReadOnlyList<Delivery> waiting)
    {
        var ids = waiting.Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _kept.Where(id => !ids.Contains(id)).ToArray())
        {
            // Somebody may have emptied the folder.
            if (File.Exists(PathOf(gone))) File.Delete(PathOf(gone));
            _kept.Remove(gone);
        }
        foreach (var delivery in waiting)
        {
            if (_kept.Contains(delivery.Id)) continue;
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(PathOf(delivery.Id), JsonSerializer.SerializeToUtf8Bytes(delivery, DeliveryJson.Default.Delivery));
            _kept.Add(delivery.Id);
        }
    }

    private static Delivery? ReadOne(string path)
    {
        try
        {
            var delivery = JsonSerializer.Deserialize(File.ReadAllBytes(path), DeliveryJson.Default.Delivery);
            return delivery?.Id == Path.GetFileNameWithoutExtension(path) && delivery.Stored?.Event is not null ? delivery : null;
        }
        catch (JsonException)
        {
            return null; // Counted by the caller.
        }
    }

    private string PathOf(string id) => Path.Combine(folder, id + Ending);
}
