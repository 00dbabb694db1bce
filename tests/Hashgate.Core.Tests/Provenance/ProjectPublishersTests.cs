using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Provenance;
using Hashgate.Core.Tests.Policy;
using Hashgate.Core.Trust;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Core.Tests.Provenance;

public sealed class ProjectPublishersTests
{
    private static readonly Publisher Ours = new("GitHub", "acme/demo", "release.yml");
    private static readonly Publisher Theirs = new("GitHub", "mallory/demo", "release.yml");

    [Fact]
    public void First_publisher_is_trusted_and_a_later_other_one_is_not()
    {
        var publishers = ProjectPublishers.None.With([Lesson("1.0", 1, Ours)]).With([Lesson("2.0", 2, Theirs)]);
        Assert.True(publishers.Trusts([Ours], isPrerelease: false));
        Assert.False(publishers.Trusts([Theirs], isPrerelease: false));
        // What a held release tells counts for nothing later.
        Assert.False(publishers.With([Lesson("3.0", 3, Theirs)]).Trusts([Theirs], isPrerelease: false));
        Assert.True(publishers.Trusts([Theirs, Ours], isPrerelease: false));
    }

    [Fact]
    public void Order_of_learning_within_one_lesson_means_nothing()
    {
        var publishers = ProjectPublishers.None.With([Lesson("2.0", 2, Theirs), Lesson("1.0", 1, Ours)]);
        Assert.Equal([Ours], publishers.Trusted.Select(t => t.Publisher));
    }

    [Fact]
    public void Publisher_of_an_older_release_than_all_evidence_is_trusted_too()
    {
        var publishers = ProjectPublishers.None.With([Lesson("2.0", 2, Ours)]).With([Lesson("1.0", 1, Theirs)]);
        Assert.Equal([Ours, Theirs], publishers.Trusted.Select(t => t.Publisher));
    }

    [Fact]
    public void Two_publishers_of_one_release_are_trusted_together()
    {
        var wheels = new Publisher("GitHub", "acme/demo", "wheels.yml");
        Assert.Equal(2, ProjectPublishers.None.With([Lesson("1.0", 1, Ours), Lesson("1.0", 1, wheels, ".zip")]).Trusted.Count);
    }

    [Fact]
    public void Earlier_evidence_moves_the_time_back()
    {
        var publishers = ProjectPublishers.None.With([Lesson("2.0", 2, Ours)]).With([Lesson("1.0", 1, Ours)]);
        Assert.Equal(Day(1), Assert.Single(publishers.Trusted).StableSince);
        Assert.True(publishers.HasEarlier(Day(2), isPrerelease: false));
        Assert.False(publishers.HasEarlier(Day(1), isPrerelease: false));
    }

    [Fact]
    public void Prereleases_say_nothing_of_stable_releases()
    {
        var publishers = ProjectPublishers.None.With([Lesson("2.0rc1", 1, Theirs)]);
        Assert.True(publishers.Trusts([Theirs], isPrerelease: true));
        Assert.False(publishers.Trusts([Theirs], isPrerelease: false));

        // Nor does the prerelease's publisher stand against the first stable one; from then on it is a stranger to stable ones.
        var stable = publishers.With([Lesson("2.0", 2, Ours)]);
        Assert.True(stable.Trusts([Ours], isPrerelease: false));
        Assert.False(stable.With([Lesson("2.1", 3, Theirs)]).Trusts([Theirs], isPrerelease: false));
        // Stable releases do count against prereleases.
        var third = new Publisher("Google", "someone@example.org");
        Assert.False(stable.With([Lesson("3.0rc1", 4, third)]).Trusts([third], isPrerelease: true));
    }

    [Fact]
    public void Inconsistent_and_missing_provenance_evidences_nobody()
    {
        var (wrong, none) = (Lesson("1.0", 1, Theirs), Lesson("1.1", 1, Theirs));
        var publishers = ProjectPublishers.None.With([
            wrong with { Provenance = wrong.Provenance with { Level = ProvenanceLevel.Inconsistent } },
            none with { Provenance = none.Provenance with { Level = ProvenanceLevel.None } },
        ]);
        Assert.Empty(publishers.Trusted);
        Assert.Equal(2, publishers.Files.Count);
    }

    [Fact]
    public void What_is_remembered_is_bounded_and_the_oldest_goes_first()
    {
        var lessons = Enumerable.Range(0, ProjectPublishers.MaxFiles + 5).Select(i => Lesson($"1.{i}", i, new Publisher("Google", $"{i}@example.org"))).ToArray();
        var publishers = ProjectPublishers.None;
        foreach (var lesson in lessons.Reverse()) publishers = publishers.With([lesson]);
        Assert.Equal(ProjectPublishers.MaxFiles, publishers.Files.Count);
        Assert.Equal(ProjectPublishers.MaxTrusted, publishers.Trusted.Count);
        Assert.DoesNotContain(lessons[0].Key, publishers.Files.Keys);
    }

    [Fact]
    public void Knowledge_of_other_bytes_says_nothing()
    {
        var lesson = Lesson("1.0", 1, Ours);
        var publishers = ProjectPublishers.None.With([lesson]);
        Assert.NotNull(publishers.Of(lesson.Key, Some.Digest));
        Assert.Null(publishers.Of(lesson.Key, Sha256Digest.Of("other"u8)));
        Assert.Null(publishers.Of(lesson.Key, null));
    }

    [Fact]
    public void Document_reads_as_it_was_written()
    {
        var publishers = ProjectPublishers.None.With([Lesson("1.0", 1, Ours), Lesson("2.0rc1", 2, Theirs)]);
        var read = PublisherDocuments.Read(PublisherDocuments.Write(Some.Project, publishers) with { Revision = 7 });
        Assert.Equal(7, read.Revision);
        Assert.Equal(publishers.Trusted, read.Trusted);
        Assert.Equal(publishers.Files.Keys.Order(Comparer<FileKey>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))), read.Files.Keys.Order(Comparer<FileKey>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))));
        Assert.Equal([Ours], read.Of(Lesson("1.0", 1, Ours).Key, Some.Digest)!.Publishers);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"files":[null],"trusted":[]}""")]
    [InlineData("""{"files":null,"trusted":null}""")]
    public void Document_that_can_not_be_read_is_not_forgotten(string json) =>
        Assert.Throws<StoreUnavailableException>(() => PublisherDocuments.Read(new PolicyDocument(PolicyDocumentKinds.Publishers, "demo", json, 1)));

    [Fact]
    public void Accepted_publishers_are_put_in_force_and_an_unreadable_document_is_left_out()
    {
        var part = new AcceptedPublishersPart(NullLogger<AcceptedPublishersPart>.Instance);
        var accepted = AcceptedPublishersPart.Write(Some.Project, [new AcceptedPublisher(Theirs, "moved", "ada", Some.Now)], 1);

        var inputs = part.Apply(PolicyInputs.Initial, [accepted, accepted with { Id = "other", Json = "[{}]" }, accepted with { Id = "third", Json = "[null]" }, accepted with { Id = "no name!" }]);
        Assert.True(inputs.AcceptedPublishers.Has(Some.Project, [Ours, Theirs]));
        Assert.False(inputs.AcceptedPublishers.Has(Some.Project, [Ours]));
        Assert.False(inputs.AcceptedPublishers.Has(ProjectName.Parse("other"), [Theirs]));
    }

    private static DateTimeOffset Day(int day) => Some.Now.AddDays(day - 2000);

    private static Lesson Lesson(string version, int day, Publisher publisher, string extension = ".tar.gz")
    {
        var name = DistributionFilename.Read(Some.Project, $"demo-{version}{extension}");
        return new Lesson(name.Key, new LearnedProvenance($"demo-{version}{extension}", Some.Digest, ProvenanceLevel.Consistent, [publisher], Day(day)), Day(day), name.Version!.IsPrerelease);
    }
}
