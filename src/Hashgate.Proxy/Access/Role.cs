namespace Hashgate.Proxy.Access;

/// <summary>What a caller may do beyond installing.</summary>
public enum Role
{
    None,

    /// <summary>See events, records and the dashboard.</summary>
    View,

    /// <summary>Change what Hashgate trusts.</summary>
    Operate,
}
