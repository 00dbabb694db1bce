using System.Reflection;
using Hashgate.Core.Blobs;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hashgate.Proxy.Tests.Pages;

/// <summary>Counts every call to a store by its name; the calls themselves go through.</summary>
public sealed class CallCounts
{
    private readonly Lock _lock = new();
    private readonly List<string> _calls = [];

    public IReadOnlyList<string> All
    {
        get { lock (_lock) return [.. _calls]; }
    }

    public void Clear()
    {
        lock (_lock) _calls.Clear();
    }

    /// <summary>Told of each call before it goes through; it may take its time.</summary>
    public Action<string> OnCall { get; set; } = static _ => { };

    public void Add(string call)
    {
        lock (_lock) _calls.Add(call);
        OnCall(call);
    }

    /// <summary>Puts a counter in front of the trust store, the journal and the page store.</summary>
    public void CountStores(IServiceCollection services)
    {
        Count<ITrustStore>(services);
        Count<ITrustJournal>(services);
        Count<IPageStore>(services);
    }

    /// <summary>Puts a counter in front of the blobs, those in memory too.</summary>
    public void CountBlobs(IServiceCollection services) => Count<IBlobStore>(services);

    private void Count<T>(IServiceCollection services) where T : class
    {
        var real = services.Last(s => s.ServiceType == typeof(T)).ImplementationFactory!;
        services.Replace(ServiceDescriptor.Singleton(provider =>
        {
            var counting = DispatchProxy.Create<T, CountingPort<T>>();
            ((CountingPort<T>)(object)counting).Stand((T)real(provider), this);
            return counting;
        }));
    }
}

/// <summary>Stands in front of a port.</summary>
public class CountingPort<T> : DispatchProxy where T : class
{
    private T _port = null!;
    private CallCounts _counts = null!;

    public void Stand(T before, CallCounts counts) => (_port, _counts) = (before, counts);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _counts.Add($"{typeof(T).Name}.{targetMethod!.Name}");
        return targetMethod.Invoke(_port, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
