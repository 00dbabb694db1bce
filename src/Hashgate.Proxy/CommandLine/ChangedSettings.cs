using System.Text;
using Hashgate.Core.Policy.Lists;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.CommandLine;

/// <summary>A settings file to try, as it is sent: the lists that it names go along as texts, for the server reads no file that it is told to.</summary>
internal sealed record ChangedSettings(IReadOnlyDictionary<string, string?> Settings, IReadOnlyDictionary<string, string> Lists)
{
    public static readonly ChangedSettings None = new(new Dictionary<string, string?>(), new Dictionary<string, string>());

    /// <exception cref="FormatException">The file, or a list that it names, can't be read.</exception>
    public static async Task<ChangedSettings> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var settings = Flat(path, await TextAsync(path, ReplayOperations.MaxSettings, cancellationToken)).ToDictionary(StringComparer.OrdinalIgnoreCase);
        var lists = new Dictionary<string, string>();
        foreach (var (key, rule) in PolicyConfiguration.ListFiles)
        {
            if (!settings.TryGetValue(key, out var file) || string.IsNullOrWhiteSpace(file)) continue;
            lists[rule] = await TextAsync(file.Trim(), PolicyListReader.MaxBytes, cancellationToken);
            settings.Remove(key);
        }
        return new ChangedSettings(settings, lists);
    }

    private static IReadOnlyDictionary<string, string?> Flat(string path, string text)
    {
        try
        {
            return FlatSettings.Read(text);
        }
        catch (FormatException error)
        {
            throw new FormatException($"'{path}' is no settings file: {error.Message}", error);
        }
    }

    private static async Task<string> TextAsync(string path, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await InputFile.ReadAsync(path, maxBytes, cancellationToken);
            if (bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException($"'{path}' is not UTF-8 text.");
        }
    }
}
