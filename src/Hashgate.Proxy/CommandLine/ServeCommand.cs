using Hashgate.Proxy.Hosting;
using Hashgate.Storage.Sqlite;
using Microsoft.AspNetCore.Connections;

namespace Hashgate.Proxy.CommandLine;

/// <summary><c>hashgate [serve]</c>.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = HashgateServer.Build(args);
            await HashgateServer.RunAsync(app);
            return HashgateCommand.Fine;
        }
        catch (SettingsException wrong)
        {
            return await RefuseAsync(wrong.Errors);
        }
        catch (StoreVersionException newer)
        {
            return await RefuseAsync([newer.Message]);
        }
        catch (IOException inUse) when (inUse.InnerException is AddressInUseException)
        {
            return await RefuseAsync([$"{inUse.Message.TrimEnd('.')}: choose another address with --urls or ASPNETCORE_URLS."]);
        }
    }

    private static async Task<int> RefuseAsync(IReadOnlyList<string> errors)
    {
        foreach (var error in errors) await Console.Error.WriteLineAsync("hashgate: " + error);
        return HashgateCommand.WrongUse;
    }
}
