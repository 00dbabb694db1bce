using Hashgate.Core.Trust;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Hashgate.Storage.Sessions;

/// <summary>
/// Where the keys are kept that session cookies and forms are sealed with. Whoever has the keys can't make a session of them: it also names the fingerprint of a token.
/// </summary>
public interface ISessionKeys : IXmlRepository
{
    /// <summary>Brings in what is kept. Called before the framework, which would wait for it on a thread, asks for the keys.</summary>
    /// <exception cref="StoreUnavailableException">The keys can't be had.</exception>
    ValueTask LoadAsync(CancellationToken cancellationToken);

    /// <summary>Cancelled when others made keys since, or removed them.</summary>
    CancellationToken Changed { get; }
}
