namespace Hashgate.Proxy.Dashboard;

/// <summary>The token that proves that a form is from a page of ours.</summary>
internal static class FormTokens
{
    /// <summary>The name of the hidden field.</summary>
    public const string Field = "token";

    public static string? Of(HttpContext context) => null;
}
