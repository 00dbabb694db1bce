namespace Hashgate.Storage.Tests;

/// <summary>A test class that is disposed of asynchronously: xunit 2 asks for <see cref="IAsyncLifetime"/>, the analyzers for <see cref="IAsyncDisposable"/>.</summary>
public interface IAsyncTest : IAsyncLifetime, IAsyncDisposable
{
    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => ((IAsyncDisposable)this).DisposeAsync().AsTask();
}
