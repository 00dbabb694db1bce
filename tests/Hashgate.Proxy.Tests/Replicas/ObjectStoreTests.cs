using System.Net;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Hashgate.Testing.S3;

namespace Hashgate.Proxy.Tests.Replicas;

/// <summary>One Hashgate and its object store, which is away, hangs, or is set up wrongly.</summary>
public sealed class ObjectStoreTests : IAsyncLifetime, IAsyncDisposable
{
    private FakeIndex _index = null!;
    private FakeS3 _store = null!;

    public async Task InitializeAsync() => (_index, _store) = (await FakeIndex.StartAsync(), await FakeS3.StartAsync());

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Fact]
    public async Task Store_that_refuses_the_key_ends_the_start_with_the_setting()
    {
        _store.Fault = _ => HttpStatusCode.Forbidden;
        var error = await Assert.ThrowsAsync<SettingsException>(() => StartAsync(_store));
        Assert.Contains("Hashgate:S3:AccessKey may not use the bucket 'blobs'", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_without_the_store_is_degraded_and_recovers_alone()
    {
        _store.Fault = _ => HttpStatusCode.BadGateway;
        await using var hashgate = await StartAsync(_store);
        Assert.Contains("The object store answered 502 Fault. Files come from this replica's own cache and the upstream meanwhile.", await hashgate.Client.GetStringAsync("/readyz"), StringComparison.Ordinal);
        _store.Fault = _ => null;
        await ReplicaRig.AwaitReadyAsync(hashgate);
    }

    [Fact]
    public async Task Store_that_hangs_holds_no_client_up_for_longer_than_one_read()
    {
        await using var hashgate = await StartAsync(_store, ("S3:ReadTimeout", "00:00:00.2"));
        var answer = new TaskCompletionSource();
        _store.Held = answer.Task;
        foreach (var name in (string[])["one", "two"]) await ReplicaRig.AssertServedAsync(hashgate, _index.Add(TestWheel.Build(name, "1.0")));
        Assert.Contains("The object store gives no answer within", await hashgate.Client.GetStringAsync("/readyz"), StringComparison.Ordinal);
        answer.SetResult();
        await ReplicaRig.AwaitReadyAsync(hashgate);
    }

    [Fact]
    public async Task Store_over_tls_is_trusted_by_the_ca_file_alone()
    {
        await using var store = await FakeS3.StartAsync(https: true);
        await using (var strange = await StartAsync(store))
            Assert.Contains("The object store can't be reached", await strange.Client.GetStringAsync("/readyz"), StringComparison.Ordinal);

        using var folder = new TemporaryDirectory();
        var pem = Path.Combine(folder.Path, "ca.pem");
        await File.WriteAllTextAsync(pem, store.CertificatePem);
        await using var hashgate = await StartAsync(store, ("S3:CaFile", pem));
        Assert.Contains("hashgate-probe", store.Objects.Keys);
        Assert.Contains("hashgate_store_operation_duration_seconds_count{store=\"s3\",operation=\"read\"}", await hashgate.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    private Task<RunningHashgate> StartAsync(FakeS3 store, params (string Key, string Value)[] settings)
    {
        var all = store.Settings.ToDictionary(s => s.Key, s => (string?)s.Value);
        foreach (var (key, value) in settings) all[key] = value;
        return RunningHashgate.StartAsync(_index, all);
    }
}
