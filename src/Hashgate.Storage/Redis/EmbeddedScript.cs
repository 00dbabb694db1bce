namespace Hashgate.Storage.Redis;

/// <summary>The Lua scripts that make a check and a change one step, embedded from the folders <c>Scripts</c> beside their drivers.</summary>
internal static class EmbeddedScript
{
    /// <param name="driver">A type of the folder whose script it is.</param>
    public static string Load(Type driver, string name)
    {
        var resource = $"{driver.Namespace}.Scripts.{name}.lua";
        using var stream = driver.Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The program was built without {resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
