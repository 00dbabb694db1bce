namespace Hashgate.Storage.Trust;

/// <summary>The scripts that make a check and a change one step, embedded from the folder <c>Scripts</c>.</summary>
internal static class RedisTrustScripts
{
    public static readonly string Pin = Load("pin");
    public static readonly string Replace = Load("replace");
    public static readonly string FinishRestore = Load("finish-restore");

    private static string Load(string name)
    {
        var resource = $"{typeof(RedisTrustScripts).Namespace}.Scripts.{name}.lua";
        using var stream = typeof(RedisTrustScripts).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The program was built without {resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
