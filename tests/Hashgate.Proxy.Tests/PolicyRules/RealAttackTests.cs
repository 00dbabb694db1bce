using System.Net;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>
/// What became known of real attacks, against pages as PyPI sends them, through the whole program: the records of these attacks by themselves, and
/// where the corpus is there the whole feed of 16,300 records.
/// </summary>
public sealed class RealAttackTests
{
    private static readonly string Samples = Path.Combine(Repository.Root, "tests", "Hashgate.Proxy.Tests", "Advisories", "Samples");

    public static TheoryData<string> Feeds
    {
        get
        {
            var whole = Corpus.Root is { } root ? Path.Combine(root, "osv", "all.zip") : null;
            return File.Exists(whole) ? [Samples, whole] : [Samples];
        }
    }

    /// <summary>With the standard settings.</summary>
    [Theory, MemberData(nameof(Feeds))]
    public async Task Releases_with_a_malware_record_are_refused_and_no_other(string feed)
    {
        await using var attacks = await RealAttacks.StartAsync();
        Attack[] known =
        [
            new(attacks, "litellm", "1.82.7 1.82.8", "1.82.6 1.83.0", "malware: MAL-2026-2144"),
            new(attacks, "telnyx", "4.87.1 4.87.2", "4.87.0 4.88.0", "malware: MAL-2026-2254"),
            new(attacks, "num2words", "0.5.15 0.5.16", "0.5.14 0.5.17", "malware: MAL-2025-6794"),
            new(attacks, "lightning", "2.6.2 2.6.3", "2.6.1 2.6.4", "malware: MAL-2026-3201"),
            new(attacks, "mistralai", "2.4.6", "2.4.5 2.4.7", "malware: MAL-2026-3608"),
            // Its record was withdrawn: a false alarm.
            new(attacks, "fastapi", "", "0.136.1 0.136.3", ""),
        ];
        await CheckAsync(attacks, feed, known);
    }

    /// <summary>These have a vulnerability's record only: who wants them refused says from which severity on. What has none counts as high.</summary>
    [Theory, MemberData(nameof(Feeds))]
    public async Task Releases_with_another_record_are_refused_where_that_is_set(string feed)
    {
        await using var attacks = await RealAttacks.StartAsync();
        Attack[] known =
        [
            new(attacks, "ultralytics", "8.3.41 8.3.42 8.3.43 8.3.44 8.3.45 8.3.46", "8.3.40 8.3.47", "vulnerability: high: PYSEC-2024-154"),
            new(attacks, "ctx", "0.1.2.post1 0.2.2 0.2.6", "0.1.2", "vulnerability: no severity given: PYSEC-2022-199"),
        ];
        await CheckAsync(attacks, feed, known, ("Policy:Rules:vulnerability:BlockAt", "high"));
    }

    private static async Task CheckAsync(RealAttacks attacks, string feed, Attack[] known, params (string Key, string Value)[] settings)
    {
        var all = settings.Append(("Advisories:Source", feed)).ToDictionary(s => s.Item1, s => (string?)s.Item2);
        await using var hashgate = await RunningHashgate.StartAsync(attacks.Index, all);
        await Gets.UntilAsync(() => Task.FromResult(hashgate.Get<PolicyState>().Current.Advisories.IsLoaded));
        foreach (var attack in known)
        {
            foreach (var file in attack.Bad) await AssertRefusedAsync(hashgate, file, attack.Reason);
            foreach (var file in attack.Good)
            {
                Assert.Null(await hashgate.YankAsync(file));
                using var head = await hashgate.HeadAsync(file.Path);
                Assert.True(head.StatusCode == HttpStatusCode.OK, $"{file.Filename}: {head.ReasonPhrase}");
                Assert.Equal(file.Bytes, await hashgate.Client.GetByteArrayAsync(file.Path[1..]));
            }
        }
    }

    private static async Task AssertRefusedAsync(RunningHashgate hashgate, FakeFile file, string reason)
    {
        Assert.StartsWith($"Blocked by Hashgate: {reason}", await hashgate.YankAsync(file), StringComparison.Ordinal);
        foreach (var path in file.Metadata is null ? [file.Path] : (string[])[file.Path, file.Path + ".metadata"])
        {
            using var answer = await hashgate.GetAsync(path);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.StartsWith($"Blocked by Hashgate: {reason}", answer.ReasonPhrase, StringComparison.Ordinal);
            Assert.EndsWith($"; see {hashgate.Url}why/{file.Project.Name}/{file.Version}", answer.ReasonPhrase, StringComparison.Ordinal);
        }
    }

    /// <summary>What is known of one attack.</summary>
    private sealed class Attack
    {
        public Attack(RealAttacks index, string project, string bad, string good, string reason)
        {
            var (badVersions, goodVersions) = (Split(bad), Split(good));
            var files = index.Add(project, [.. goodVersions, .. badVersions]);
            (Bad, Good, Reason) = ([.. files.Where(f => badVersions.Contains(f.Version))], [.. files.Where(f => goodVersions.Contains(f.Version))], reason);
        }

        public FakeFile[] Bad { get; }

        public FakeFile[] Good { get; }

        /// <summary>How the refusal of a bad file begins.</summary>
        public string Reason { get; }

        private static string[] Split(string versions) => versions.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
