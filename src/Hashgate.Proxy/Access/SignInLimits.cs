namespace Hashgate.Proxy.Access;

/// <summary>How often a token may be typed in, right or wrong, within five minutes.</summary>
internal sealed class SignInLimits() : AttemptLimits(PerClient, InAll)
{
    /// <summary>From one address, of IPv6 one /64.</summary>
    public const int PerClient = 10;

    /// <summary>From all together.</summary>
    public const int InAll = 300;
}
