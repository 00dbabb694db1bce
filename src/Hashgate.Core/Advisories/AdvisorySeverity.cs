namespace Hashgate.Core.Advisories;

/// <summary>How grave an advisory is: CVSS 3's and 4's qualitative scale, used for version 2 as well.</summary>
public enum AdvisorySeverity
{
    /// <summary>0.0</summary>
    None,

    /// <summary>0.1 to 3.9</summary>
    Low,

    /// <summary>4.0 to 6.9</summary>
    Medium,

    /// <summary>7.0 to 8.9</summary>
    High,

    /// <summary>9.0 to 10.0</summary>
    Critical,
}
