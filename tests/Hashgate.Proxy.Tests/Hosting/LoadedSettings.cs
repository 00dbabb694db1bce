using Hashgate.Proxy.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace Hashgate.Proxy.Tests.Hosting;

/// <summary>Settings as the program reads them, from values given by a test.</summary>
internal sealed record LoadedSettings(HashgateSettings? Settings, IReadOnlyList<string> Errors, IReadOnlyCollection<string> Known)
{
    /// <param name="values">Keys below <c>Hashgate:</c>.</param>
    public static LoadedSettings Of(params (string Key, string? Value)[] values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create("Hashgate:" + v.Key, v.Value))).Build();
        var settings = SettingsLoader.Load(configuration, out var errors, out var known);
        return new LoadedSettings(settings, errors, known);
    }

    /// <summary>The settings of values that are right.</summary>
    public static HashgateSettings Right(params (string Key, string? Value)[] values)
    {
        var loaded = Of(values);
        Assert.Empty(loaded.Errors);
        return loaded.Settings!;
    }

    /// <summary>The one error of values that are wrong.</summary>
    public static string Wrong(params (string Key, string? Value)[] values)
    {
        var loaded = Of(values);
        Assert.Null(loaded.Settings);
        return Assert.Single(loaded.Errors);
    }
}
