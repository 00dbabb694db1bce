namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>The form that a token is typed into.</summary>
/// <param name="Wrong">What went wrong; null at first.</param>
/// <param name="Return">Where to go on; checked already.</param>
public sealed record SignInForm(string? Wrong, string Return);
