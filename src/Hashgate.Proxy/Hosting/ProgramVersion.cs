using System.Reflection;

namespace Hashgate.Proxy.Hosting;

/// <summary>Which program this is.</summary>
internal static class ProgramVersion
{
    /// <summary>The version without build metadata.</summary>
    public static string Number { get; } = typeof(ProgramVersion).Assembly.GetName().Version!.ToString(3);

    /// <summary>How its packages were restored: <c>genuine</c>, or <c>restricted</c> with stand-ins for what a mirror lacks.</summary>
    public static string Packages { get; } = typeof(ProgramVersion).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "HashgatePackages").Value!;
}
