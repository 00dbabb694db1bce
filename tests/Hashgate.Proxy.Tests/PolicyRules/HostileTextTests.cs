using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hashgate.Proxy.Tests.FilesServed;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>Whatever others write, nothing of it reaches a terminal, a header, a log line, JSON or a page unescaped, and no project is denied for it.</summary>
public sealed partial class HostileTextTests(HostileTexts hostile) : IClassFixture<HostileTexts>
{
    /// <summary>Nothing that is told of one thing is longer, but for pages of many files.</summary>
    private const int LongestAnswer = 100_000;

    private static readonly string Escaped = Uri.EscapeDataString(HostileTexts.Line);

    /// <summary>What our own pages are made of.</summary>
    private static readonly HashSet<string> Tags = new(StringComparer.Ordinal)
    {
        "!doctype", "!--serial", "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "a", "b", "ul", "li", "table", "tr", "th", "td", "code", "pre", "bdi", "br",
        "form", "label", "select", "option", "textarea", "button",
    };

    public static TheoryData<string> Addresses =>
    [
        .. HostileTexts.Projects.SelectMany(project => (string[])[$"simple/{project}/", $"why/{project}", $"why/{project}/2.0", $"pypi/{project}/json", $"pypi/{project}/2.0/json", $"api/v1/trust/{project}", $"api/v1/publishers/{project}", $"api/v1/downloads?project={project}", $"api/v1/downloads?project={project}&format=csv"]),
        "simple/", "api/v1/events?limit=1000", "api/v1/events?after=0", "api/v1/events?format=csv", "api/v1/events?format=json", "api/v1/events/summary", "api/v1/events/1", "api/v1/flags", "api/v1/waivers", "api/v1/lists/blocklist", "api/v1/trust/", "api/v1/webhooks", "api/v1/tokens", "metrics", "readyz", "healthz", "?set-up",
        .. ((string[])["simple/{0}/", "why/{0}", "why/yanked/{0}", "pypi/{0}/json", "pypi/yanked/{0}/json", "integrity/yanked/{0}/{0}/provenance", "packages/aa/bb/{0}", "files/{0}/{0}", "api/v1/trust/{0}", "api/v1/publishers/{0}",
            "api/v1/lists/{0}", "api/v1/events?kind={0}", "api/v1/events?since={0}", "api/v1/events?cursor={0}", "api/v1/events?after={0}", "api/v1/events?q={0}", "api/v1/events?client={0}", "api/v1/events?format={0}", "api/v1/events?project={0}&format=csv", "api/v1/events/{0}", "api/v1/events/stream?kind={0}", "api/v1/events/stream?after={0}", "api/v1/waivers?project={0}", "api/v1/flags?status={0}",
            "api/v1/downloads?project=yanked&since={0}", "api/v1/downloads?project={0}", "api/v1/downloads?project=yanked&format={0}", "{0}"]).Select(path => string.Format(CultureInfo.InvariantCulture, path, Escaped)),
    ];

    [Theory, MemberData(nameof(Addresses))]
    public async Task No_answer_has_it_unescaped(string path)
    {
        foreach (var accept in (string[])["text/html", "application/json", Gets.Json])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + hostile.Server.AdminToken);
            using var answer = await hostile.Server.Client.SendAsync(request);
            if (!path.Contains(Escaped, StringComparison.Ordinal)) Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.NotAcceptable, $"{(int)answer.StatusCode} {answer.ReasonPhrase}");
            await AssertHarmlessAsync(answer);
        }
    }

    public static TheoryData<string> Projects => [.. HostileTexts.Projects];

    [Theory, MemberData(nameof(Projects))]
    public async Task No_project_is_denied_and_no_phrase_has_it(string project)
    {
        using var page = await hostile.Server.GetPageAsync(project);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var files = JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement.GetProperty("files").EnumerateArray().ToArray();
        Assert.Equal(2, files.Length);
        // Installers print these as they are.
        Assert.All(files, file => AssertVisible(file.GetProperty("yanked") + file.GetProperty("requires-python").ToString()));

        foreach (var path in (string[])[hostile.Last(project).Path[1..], hostile.Last(project).Path[1..] + ".metadata"])
        {
            using var answer = await hostile.Server.Client.GetAsync(path);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Forbidden, $"{(int)answer.StatusCode} {answer.ReasonPhrase}");
            AssertHarmlessHead(answer);
            if (answer.StatusCode == HttpStatusCode.Forbidden) await AssertHarmlessAsync(answer);
        }
    }

    /// <summary>What the fixture says at these routes is taken; longer than anybody needs it is not.</summary>
    [Theory]
    [InlineData("waivers", """{"project": "waived", "rule": "upstream-quarantined", "versions": "==2.0"}""")]
    [InlineData("flags", """{"project": "flagged", "version": "2.0"}""")]
    [InlineData("lists/blocklist", """{"entry": "added==2.0"}""")]
    [InlineData("trust/changed/accept", """{"page": true}""")]
    [InlineData("trust/-/accept", """{"upstream": "pypi", "since": "2020-01-01T00:00:00Z"}""")]
    [InlineData("publishers/changed/accept", """{"publisher": {"kind": "GitHub", "subject": "acme/demo", "workflow": "release.yml"}}""")]
    public async Task No_endless_reason_is_taken(string path, string body)
    {
        var said = JsonNode.Parse(body)!;
        said["reason"] = HostileTexts.Endless;
        var (status, answer) = await hostile.Server.CallAsync(HttpMethod.Post, "api/v1/" + path, said);
        Assert.True(status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"{(int)status} {answer}");
        if (status != HttpStatusCode.RequestEntityTooLarge) Assert.StartsWith("reason ", answer.Detail(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check", "requirements")]
    [InlineData("check", "requirements", "--json")]
    [InlineData("trust", "show", "changed")]
    [InlineData("trust", "show", "changed", "--json")]
    [InlineData("trust", "show", "hostile")]
    [InlineData("trust", "accept", "hostile", "hostile", "--sha256", "hostile", "--reason", "hostile")]
    [InlineData("trust", "accept", "changed", "hostile", "--sha256", "0000000000000000000000000000000000000000000000000000000000000000", "--reason", "hostile")]
    [InlineData("trust", "export")]
    public async Task No_command_prints_it(params string[] arguments)
    {
        var run = await hostile.Program.RunAsync([.. arguments.Select(a => a == "hostile" ? HostileTexts.Text : a == "requirements" ? hostile.RequirementsPath : a)]);
        Assert.NotEmpty(run.Output + run.Errors);
        AssertVisible(run.Output);
        AssertVisible(run.Errors);
        Assert.InRange(run.Output.Length + run.Errors.Length, 1, LongestAnswer);
    }

    [Fact]
    public async Task No_log_line_has_it()
    {
        foreach (var project in HostileTexts.Projects)
        {
            using var page = await hostile.Server.GetPageAsync(project);
            using var file = await hostile.Server.Client.GetAsync(hostile.Last(project).Path[1..]);
        }
        foreach (var path in (string[])["simple/" + Escaped + "/", "why/yanked/" + Escaped])
        {
            using var answer = await hostile.Server.Client.GetAsync(path);
        }
        var lines = hostile.Server.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.Contains("flagged", StringComparison.Ordinal));
        Assert.All(lines, line =>
        {
            Assert.All(line, c => Assert.InRange(c, ' ', '~'));
            Assert.InRange(line.Length, 2, 20_000);
            using var json = JsonDocument.Parse(line);
        });
    }

    private static async Task AssertHarmlessAsync(HttpResponseMessage answer)
    {
        AssertHarmlessHead(answer);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.InRange(body.Length, 0, LongestAnswer);
        var type = answer.Content.Headers.ContentType?.MediaType;
        if (type == "text/html")
        {
            Assert.All(Tag().Matches(body), tag => Assert.Contains(tag.Groups[1].Value.ToLowerInvariant(), Tags));
            Assert.DoesNotMatch(Handler(), body);
            // As the browser has it once it has read the escapes.
            AssertVisible(WebUtility.HtmlDecode(body));
        }
        else if (type == "text/csv")
        {
            AssertVisible(body.Replace("\r\n", "\n", StringComparison.Ordinal));
        }
        else
        {
            Assert.All(body, c => Assert.True(c is (>= ' ' and <= '~') or '\n', $"U+{(int)c:X4} in {body}"));
            if (type?.EndsWith("json", StringComparison.Ordinal) == true && body.Length > 0) using (JsonDocument.Parse(body)) { }
        }
    }

    private static void AssertHarmlessHead(HttpResponseMessage answer)
    {
        Assert.All(answer.ReasonPhrase!, c => Assert.InRange(c, ' ', '~'));
        Assert.InRange(answer.ReasonPhrase!.Length, 0, 200);
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            Assert.NotEqual("X-Evil", name);
            Assert.All(values, value => Assert.All(value, c => Assert.InRange(c, ' ', '~')));
        }
    }

    /// <summary>Nothing steers a terminal, breaks a line where we don't, or turns the direction of text.</summary>
    private static void AssertVisible(string text) =>
        Assert.DoesNotContain(text, c => c != '\n' && char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    [GeneratedRegex("<[ /]*([^\\s>/]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    /// <summary>An attribute that runs a script: in a tag, and not in another attribute's value.</summary>
    [GeneratedRegex("<[^>\"]*(?:\"[^\"]*\"[^>\"]*)*\\son[a-z]+=", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Handler();
}
