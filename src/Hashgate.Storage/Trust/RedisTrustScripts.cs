using Hashgate.Storage.Redis;

namespace Hashgate.Storage.Trust;

/// <summary>The trust store's scripts.</summary>
internal static class RedisTrustScripts
{
    public static readonly string Pin = Load("pin");
    public static readonly string Replace = Load("replace");
    public static readonly string FinishRestore = Load("finish-restore");

    private static string Load(string name) => EmbeddedScript.Load(typeof(RedisTrustScripts), name);
}
