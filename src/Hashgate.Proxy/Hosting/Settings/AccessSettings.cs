namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>The settings under <c>Access:</c>: what installers must show to read.</summary>
/// <param name="OpenWhy">Whether <c>/why</c> asks for nothing although tokens are required.</param>
public sealed record AccessSettings(ClientTokenMode ClientTokens, bool OpenWhy)
{
    internal static AccessSettings Read(SettingsReader reader) => new(
        reader.Choice("Access:ClientTokens", "off", "off", "optional", "required") switch
        {
            "required" => ClientTokenMode.Required,
            "optional" => ClientTokenMode.Optional,
            _ => ClientTokenMode.Off,
        },
        reader.Flag("Access:OpenWhy", false));
}

/// <summary>Whether installers need a token to read.</summary>
public enum ClientTokenMode
{
    /// <summary>None is looked at.</summary>
    Off,

    /// <summary>One that is sent must be in force; whoever sends none reads all the same.</summary>
    Optional,

    /// <summary>Nobody reads without one.</summary>
    Required,
}
