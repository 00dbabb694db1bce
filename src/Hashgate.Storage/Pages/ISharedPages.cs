using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;

namespace Hashgate.Storage.Pages;

/// <summary>A page as replicas share it.</summary>
/// <param name="Header">What is kept about it.</param>
/// <param name="Body">The page, packed.</param>
public sealed record SharedPage(byte[] Header, byte[] Body);

/// <summary>How a page came to where replicas share it.</summary>
public enum SharedPageOutcome
{
    /// <summary>The others see it.</summary>
    Kept,

    /// <summary>The page of a later turn is there, and stays.</summary>
    Outdated,

    /// <summary>The body that the header names isn't there any more; nothing is changed.</summary>
    BodyMissing,
}

/// <summary>Where replicas share their pages. What is read is anybody's word until it is checked. All throw <see cref="StoreUnavailableException"/> where it doesn't answer.</summary>
public interface ISharedPages
{
    ValueTask<byte[]?> GetHeaderAsync(string upstream, ProjectName project, CancellationToken cancellationToken);

    /// <summary>Header and body of one moment.</summary>
    ValueTask<SharedPage?> GetAsync(string upstream, ProjectName project, CancellationToken cancellationToken);

    /// <summary>Keeps a page in one step, unless the page of a later turn is there.</summary>
    /// <param name="digest">The body's, as the header names it.</param>
    /// <param name="body">Null to keep the one that is there.</param>
    ValueTask<SharedPageOutcome> PutAsync(string upstream, ProjectName project, long turn, string digest, byte[] header, byte[]? body, CancellationToken cancellationToken);

    ValueTask RemoveAsync(string upstream, ProjectName project, CancellationToken cancellationToken);
}
