using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Hashgate.Proxy.Hosting;

/// <summary>Where settings come from: appsettings.json, then hashgate.json, then the environment, then the command line.</summary>
internal static class Configuration
{
    public static void AddSources(ConfigurationManager configuration)
    {
        var named = Environment.GetEnvironmentVariable("HASHGATE_CONFIG");
        if (!string.IsNullOrEmpty(named) && !File.Exists(named))
            throw new SettingsException([$"HASHGATE_CONFIG names {named}, which does not exist."]);
        var source = new JsonConfigurationSource { Path = Path.GetFullPath(string.IsNullOrEmpty(named) ? "hashgate.json" : named), Optional = true };
        source.ResolveFileProvider();

        IList<IConfigurationSource> sources = configuration.Sources;
        var environment = sources.ToList().FindLastIndex(s => s is EnvironmentVariablesConfigurationSource { Prefix: null or "" });
        try
        {
            sources.Insert(environment < 0 ? sources.Count : environment, source);
        }
        catch (InvalidDataException error)
        {
            throw new SettingsException([$"{source.Path} can't be read: {error.InnerException?.Message ?? error.Message}"]);
        }
        sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = [new("urls", HashgateServer.DefaultUrl)] });
    }
}
