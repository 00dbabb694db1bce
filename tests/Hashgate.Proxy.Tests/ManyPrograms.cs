using System.Runtime.CompilerServices;

namespace Hashgate.Proxy.Tests;

/// <summary>
/// Tests run several whole programs in one process, which share one pool of threads. It begins with as many as there are cores and grows by one or two a
/// second, so that one program's start would hold up another's timeouts.
/// </summary>
internal static class ManyPrograms
{
    [ModuleInitializer]
    public static void ShareOnePool() => ThreadPool.SetMinThreads(32, 32);
}
