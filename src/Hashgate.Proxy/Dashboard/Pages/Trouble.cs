namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>Why a page isn't to be had, or an act wasn't done.</summary>
/// <param name="Text">What is wrong and what to do; may quote what others wrote.</param>
/// <param name="Back">The path of the page that led here; null for the overview.</param>
public sealed record Trouble(string Title, string Text, string? Back = null);
