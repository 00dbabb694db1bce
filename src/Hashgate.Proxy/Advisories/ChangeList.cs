using System.Globalization;
using System.Text;

namespace Hashgate.Proxy.Advisories;

/// <summary>OSV's <c>modified_id.csv</c>: a time and an id on each line, the newest first.</summary>
internal static class ChangeList
{
    /// <summary>The lines from a moment on, in no order that counts; lines that can't be read are passed over.</summary>
    public static IReadOnlyList<(DateTimeOffset Time, string Id)> Since(ReadOnlySpan<byte> csv, DateTimeOffset from)
    {
        var changes = new List<(DateTimeOffset, string)>();
        foreach (var range in csv.Split((byte)'\n'))
        {
            var line = csv[range].TrimEnd((byte)'\r');
            var comma = line.IndexOf((byte)',');
            if (comma <= 0 || comma == line.Length - 1) continue;
            if (!DateTimeOffset.TryParse(Encoding.UTF8.GetString(line[..comma]), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)) continue;
            if (time >= from) changes.Add((time, Encoding.UTF8.GetString(line[(comma + 1)..])));
        }
        return changes;
    }
}
