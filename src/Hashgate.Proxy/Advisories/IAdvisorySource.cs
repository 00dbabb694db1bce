using Hashgate.Core.Advisories;

namespace Hashgate.Proxy.Advisories;

/// <summary>Where advisories come from.</summary>
internal interface IAdvisorySource
{
    /// <summary>What the source has now.</summary>
    /// <param name="known">What it had when it was last asked, or when a process before this one asked it; null: nothing is known.</param>
    /// <exception cref="FeedException">It can't be read now.</exception>
    Task<AdvisoryAnswer> AskAsync(AdvisorySet? known, CancellationToken cancellationToken);
}

/// <summary>What a source answered.</summary>
/// <param name="Set">The same records, as an object, where nothing changed.</param>
/// <param name="IsWhole">The source was read, or confirmed, as a whole; else some changes were followed.</param>
/// <param name="Unreadable">Records that were passed over because they can't be read; what was known of them stays.</param>
internal sealed record AdvisoryAnswer(AdvisorySet Set, bool IsWhole, int Unreadable = 0);
