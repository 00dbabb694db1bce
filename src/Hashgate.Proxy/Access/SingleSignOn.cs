using System.Net;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting.Settings;
using Microsoft.AspNetCore.Connections.Features;

namespace Hashgate.Proxy.Access;

/// <summary>Who a trusted proxy says has signed in, in the headers that the settings name. From anybody else these headers mean nothing.</summary>
internal sealed class SingleSignOn(HashgateSettings settings)
{
    /// <summary>Characters of a user's name; a longer one is nobody's.</summary>
    public const int MaxName = 200;

    /// <summary>Groups of one user that are looked at.</summary>
    private const int MaxGroups = 1000;

    private readonly SingleSignOnSettings? _settings = settings.Admin.SingleSignOn;

    public bool IsConfigured => _settings is not null;

    /// <summary>Whether a trusted proxy names somebody.</summary>
    public bool Names(HttpContext context) => _settings is not null && context.Request.Headers.ContainsKey(_settings.UserHeader) && IsTrusted(Peer(context));

    /// <summary>The user that a trusted proxy names, with what their groups may; one without such a group has a name and no role.</summary>
    public Caller? Find(HttpContext context)
    {
        if (_settings is null || !Names(context)) return null;
        // Two of them, on two lines or joined by a comma: the proxy passes on what its client sent beside its own, and nobody can tell which is which.
        if (context.Request.Headers[_settings.UserHeader] is not [{ } value] || !IsName(value.Trim(), out var name)) return null;
        var groups = _settings.GroupsHeader is null ? [] : Groups(context.Request.Headers[_settings.GroupsHeader]);
        var role = Has(_settings.Operators, groups) ? Role.Operate : Has(_settings.Viewers, groups) ? Role.View : Role.None;
        return new Caller(name, role) { Proof = CallerProof.SingleSignOn };
    }

    private HashSet<string> Groups(Microsoft.Extensions.Primitives.StringValues headers) =>
        headers is [{ } header] ? header.Split(_settings!.Separator, MaxGroups, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal) : [];

    private static bool Has(IReadOnlyList<string> wanted, HashSet<string> groups) => wanted.Any(group => group == SingleSignOnSettings.Everyone || groups.Contains(group));

    private static bool IsName(string text, out string name)
    {
        name = text;
        return text.Length is > 0 and <= MaxName && !text.Any(static c => c == ',' || Html.IsInvisible(c));
    }

    private bool IsTrusted(IPAddress? peer) => peer is not null && settings.TrustedProxies.Any(network => network.Contains(peer));

    /// <summary>Who opened the connection. The request's own remote address is the client that the proxy told of, by now.</summary>
    private static IPAddress? Peer(HttpContext context)
    {
        try
        {
            if (context.Features.Get<IConnectionSocketFeature>()?.Socket.RemoteEndPoint is not IPEndPoint { Address: var address }) return null;
            return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        }
        catch (ObjectDisposedException)
        {
            // They have left already.
            return null;
        }
    }
}
