using Hashgate.Core.SimpleApi;

namespace Hashgate.Proxy.PassThrough;

/// <summary>What the legacy JSON of a project may tell: its page as it is served, looked up by filename.</summary>
/// <param name="Find">The allowed file of that name; null for one that is refused, or that the page doesn't list.</param>
/// <param name="UrlOf">Where clients get a file: absolute, or a path from the root.</param>
/// <param name="Newest">The version that installers would take among these (never empty).</param>
public sealed record LegacyView(Func<string, ServedFile?> Find, Func<ServedFile, string> UrlOf, Func<IReadOnlyList<string>, string> Newest);
