using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
using Hashgate.Core.Provenance;
using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Tests.Policy;

/// <summary>Every kind of document is read in one way: what is wrong with one is told, and hides no other.</summary>
public sealed class PolicyDocumentsTests : ILogger<ListEntryPart>, ILogger<AcceptedPublishersPart>, ILogger<WaiverPart>, ILogger<FlagPart>
{
    private const string Waiver = """{"id":"w","rule":"sdist","project":"demo","reason":"r","actor":"a","created":"2026-01-01T00:00:00Z"}""";

    private readonly List<string> _errors = [];

    [Theory]
    [InlineData("{", "")]
    [InlineData("null", "it is null")]
    [InlineData("[]", "")]
    [InlineData("""{"id":"w"}""", "rule")]
    [InlineData("""{"id":"w","rule":"sdist","project":"demo","reason":null,"actor":"a","created":"2026-01-01T00:00:00Z"}""", "reason")]
    [InlineData("""{"id":"w","rule":"sdist","project":"!","reason":"r","actor":"a","created":"2026-01-01T00:00:00Z"}""", "project")]
    [InlineData("""{"id":"w","id":"v","rule":"sdist","project":"demo","reason":"r","actor":"a","created":"2026-01-01T00:00:00Z"}""", "id")]
    public void Waiver_that_cannot_be_read_is_told_of_and_hides_no_other(string json, string named)
    {
        var inputs = new WaiverPart(this).Apply(PolicyInputs.Initial, [new(PolicyDocumentKinds.Waiver, "w1", json), new(PolicyDocumentKinds.Waiver, "w2", Waiver)]);
        Assert.Single(inputs.Waivers.All);
        var error = Assert.Single(_errors);
        Assert.Contains("The waiver w1 in the policy store can't be read and is not in force: ", error, StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Document_that_is_too_long_is_not_read()
    {
        var padded = Waiver + new string(' ', PolicyDocuments.MaxLength - Waiver.Length);
        Assert.True(PolicyDocuments.TryRead(new(PolicyDocumentKinds.Waiver, "w", padded), PolicyJson.Default.Waiver, out _, out _));
        Assert.False(PolicyDocuments.TryRead(new(PolicyDocumentKinds.Waiver, "w", padded + " "), PolicyJson.Default.Waiver, out _, out var problem));
        Assert.Equal("it has more than 1048576 characters", problem);
    }

    [Fact]
    public void Every_kind_tells_what_is_wrong()
    {
        new FlagPart(this).Apply(PolicyInputs.Initial, [new(PolicyDocumentKinds.Flag, "f", "{}")]);
        new AcceptedPublishersPart(this).Apply(PolicyInputs.Initial, [new(PolicyDocumentKinds.AcceptedPublishers, "demo", "[null]"), new(PolicyDocumentKinds.AcceptedPublishers, "no name!", "[]")]);
        new ListEntryPart(this).Apply(PolicyInputs.Initial, [Entry("greylist", "demo"), Entry("blocklist", "demo[x]")]);
        Assert.Collection(
            _errors,
            error => Assert.Contains("The flag f ", error, StringComparison.Ordinal),
            error => Assert.Contains("The accepted-publishers demo in the policy store can't be read and is not in force: one of its publishers is null", error, StringComparison.Ordinal),
            error => Assert.Contains("no name!", error, StringComparison.Ordinal),
            error => Assert.Contains("it is of neither the allowlist nor the blocklist", error, StringComparison.Ordinal),
            error => Assert.Contains("its entry is wrong: line 1, column 5", error, StringComparison.Ordinal));
    }

    [Fact]
    public void List_entry_reads_as_it_was_written_and_as_earlier_versions_wrote_it()
    {
        var added = new ListEntryDocument { Id = "e", List = "allowlist", Entry = "demo", Reason = "why", Actor = "ada", Created = Some.Now };
        Assert.True(ListEntryDocument.TryRead(added.ToDocument(), out var read));
        Assert.Equal(added, read);
        var earlier = new PolicyDocument(PolicyDocumentKinds.ListEntry, "e", """{"id":"e","list":"allowlist","entry":"demo","reason":"why","actor":"ada","created":"2026-01-31T12:00:00+00:00"}""");
        Assert.True(ListEntryDocument.TryRead(earlier, out read));
        Assert.Equal(added, read);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Assert.Equal(LogLevel.Error, logLevel);
        _errors.Add(formatter(state, exception));
    }

    private static PolicyDocument Entry(string list, string entry) =>
        new ListEntryDocument { Id = "e", List = list, Entry = entry, Reason = "why", Actor = "ada", Created = Some.Now }.ToDocument();
}
