namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>Why a page isn't to be had.</summary>
/// <param name="Text">What is wrong and what to do; may quote what others wrote.</param>
public sealed record Trouble(string Title, string Text);
