using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.ClientTokens;

public sealed class TokensInForceTests
{
    private readonly string _secret = TokenText.Create();
    private readonly ManualTimeProvider _time = new();
    private readonly TokensInForce _tokens;

    public TokensInForceTests()
    {
        _tokens = new TokensInForce(_time);
        _tokens.Replace([Token("ci", _secret)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Basic ")]
    [InlineData("Basic not base64 at all")]
    [InlineData("Bearer {token}")]
    [InlineData("{token}")]
    public void Header_of_another_kind_is_none_of_ours(string header) =>
        Assert.Equal(header.Length == 0 ? TokenState.Missing : TokenState.Foreign, _tokens.Check(header.Replace("{token}", _secret, StringComparison.Ordinal)).State);

    [Theory]
    [InlineData("__token__:{token}", nameof(TokenState.InForce))]
    [InlineData("__token__:{token} ", nameof(TokenState.Malformed))]
    [InlineData("__token__:", nameof(TokenState.Malformed))]
    [InlineData("__token__:hg_nonsense", nameof(TokenState.Malformed))]
    [InlineData("__TOKEN__:{token}", nameof(TokenState.Foreign))]
    [InlineData("ada:{token}", nameof(TokenState.Foreign))]
    [InlineData(":{token}", nameof(TokenState.Foreign))]
    [InlineData("{token}:", nameof(TokenState.Foreign))]
    [InlineData("__token__", nameof(TokenState.Foreign))]
    public void User_name_and_password_count_as_they_are(string credentials, string state) =>
        Assert.Equal(state, _tokens.Check(Basic(credentials.Replace("{token}", _secret, StringComparison.Ordinal))).State.ToString());

    [Fact]
    public void Header_counts_in_any_spelling_of_its_scheme_each_time_that_it_comes()
    {
        var header = TokensInForce.HeaderOf(_secret);
        foreach (var spelling in (string[])[header, header, "basic" + header[5..], "BASIC" + header[5..], header, "Basic  " + header[6..], header + " "])
            Assert.Equal((TokenState.InForce, "token ci"), (_tokens.Check(spelling).State, _tokens.Check(spelling).Token?.Actor));
    }

    [Fact]
    public void Token_that_is_not_known_is_none_however_often_it_comes()
    {
        var header = TokensInForce.HeaderOf(TokenText.Create());
        for (var i = 0; i < 3; i++) Assert.Equal(TokenState.Unknown, _tokens.Check(header).State);
    }

    [Fact]
    public void Token_ends_when_it_expires_although_it_was_looked_up_before()
    {
        _tokens.Replace([Token("ci", _secret) with { Expires = _time.GetUtcNow().AddHours(1) }]);
        var header = TokensInForce.HeaderOf(_secret);
        Assert.Equal((TokenState.InForce, 1), (_tokens.Check(header).State, _tokens.Count));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((TokenState.Expired, 0), (_tokens.Check(header).State, _tokens.Count));
    }

    [Fact]
    public void Token_that_is_revoked_is_forgotten_although_it_was_looked_up_before()
    {
        var header = TokensInForce.HeaderOf(_secret);
        Assert.Equal(TokenState.InForce, _tokens.Check(header).State);
        _tokens.Replace([Token("other", TokenText.Create())]);
        Assert.Equal(TokenState.Unknown, _tokens.Check(header).State);
    }

    [Fact]
    public void Last_use_is_kept_to_the_minute_and_over_a_change_of_the_tokens()
    {
        Assert.Null(Mark.LastSeen);
        var first = _time.GetUtcNow();
        _tokens.Check(TokensInForce.HeaderOf(_secret));
        _time.Advance(TimeSpan.FromSeconds(59));
        _tokens.Check(TokensInForce.HeaderOf(_secret));
        Assert.Equal(first, Mark.LastSeen);

        _time.Advance(TimeSpan.FromSeconds(1));
        _tokens.Check(TokensInForce.HeaderOf(_secret));
        _tokens.Replace([Token("ci", _secret), Token("other", TokenText.Create())]);
        Assert.Equal(first.AddMinutes(1), Mark.LastSeen);
    }

    [Fact]
    public void Two_documents_of_one_token_are_one_token()
    {
        _tokens.Replace([Token("ci", _secret), Token("copy", _secret)]);
        Assert.Equal(1, _tokens.Count);
    }

    private TokenMark Mark => _tokens.All.Single(t => t.Token.Id == "ci").Mark;

    private static ClientToken Token(string id, string secret) =>
        new() { Id = id, Label = id, Sha256 = Sha256Digest.Of(Encoding.ASCII.GetBytes(secret)), Actor = "me", Created = DateTimeOffset.UnixEpoch };

    private static string Basic(string credentials) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
}
