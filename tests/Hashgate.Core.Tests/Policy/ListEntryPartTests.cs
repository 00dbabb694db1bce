using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Core.Tests.Policy;

public sealed class ListEntryPartTests
{
    [Fact]
    public void Documents_that_cannot_be_read_are_left_out_and_the_others_are_in_force()
    {
        PolicyDocument[] documents =
        [
            Document("a", "allowlist", "demo>=1"),
            Document("b", "blocklist", "de*"),
            Document("c", "greylist", "demo"),
            Document("d", "blocklist", "demo\nother"),
            new(PolicyDocumentKinds.ListEntry, "e", "{"),
            new(PolicyDocumentKinds.ListEntry, "f", "null"),
            new(PolicyDocumentKinds.ListEntry, "g", """{"id":"g","list":"blocklist"}"""),
        ];
        var listed = PolicyListReader.Read("listed").Entries;
        var before = new PolicyInputs { Blocklist = ListInput.Empty.WithListed(listed) };

        var inputs = new ListEntryPart(NullLogger<ListEntryPart>.Instance).Apply(before, documents);

        Assert.Equal(["demo>=1"], inputs.Allowlist.All.Entries.Select(e => e.ToString()));
        Assert.Equal(["listed", "de*"], inputs.Blocklist.All.Entries.Select(e => e.ToString()));
        Assert.Equal("why b", inputs.Blocklist.All.Entries[1].Reason);
        var taken = new ListEntryPart(NullLogger<ListEntryPart>.Instance).Apply(inputs, []);
        Assert.Equal(["listed"], taken.Blocklist.All.Entries.Select(e => e.ToString()));
    }

    private static PolicyDocument Document(string id, string list, string entry) =>
        new ListEntryDocument { Id = id, List = list, Entry = entry, Reason = "why " + id, Actor = "alice", Created = Some.Now }.ToDocument();
}
