using System.Net;
using System.Threading.RateLimiting;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Tests.Endpoints;

public sealed class ReportLimitsTests : IDisposable
{
    private static readonly Caller Anyone = new("anyone", Role.None);
    private static readonly Caller Ada = new("ada", Role.View) { Proof = CallerProof.Token };

    private readonly ReportLimits _limits = new();

    public void Dispose() => _limits.Dispose();

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void Reporter_is_an_address_or_a_network_of_them(string first, string second, bool isSame)
    {
        for (var i = 0; i < ReportLimits.PerReporter; i++) Assert.True(IsTaken(Anyone, first));
        Assert.Equal(!isSame, IsTaken(Anyone, second));
    }

    [Fact]
    public void Refused_report_tells_how_long_to_wait()
    {
        for (var i = 0; i < ReportLimits.PerReporter; i++) Assert.True(IsTaken(Ada, "192.0.2.1"));
        using var refused = _limits.Enter(Ada, null);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out var wait));
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    }

    [Fact]
    public void All_who_are_not_signed_in_share_a_limit_and_signed_in_people_have_their_own()
    {
        for (var i = 0; i < ReportLimits.Anonymous; i++) Assert.True(IsTaken(Anyone, $"10.0.{i / 200}.{i % 200}"));
        Assert.False(IsTaken(Anyone, "192.0.2.1"));
        Assert.True(IsTaken(Ada, "192.0.2.1"));
    }

    [Fact]
    public void One_address_takes_no_more_of_what_is_shared_than_its_own_share()
    {
        for (var i = 0; i < 2 * ReportLimits.Anonymous; i++) IsTaken(Anyone, "192.0.2.1");
        Assert.True(IsTaken(Anyone, "192.0.2.2"));
    }

    private bool IsTaken(Caller caller, string address)
    {
        using var lease = _limits.Enter(caller, IPAddress.Parse(address));
        return lease.IsAcquired;
    }
}
