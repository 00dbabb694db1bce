using System.Text.Json;
using Hashgate.Proxy.Tests.Clients;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Browser.Tests.Driving;

/// <summary>A Hashgate in a process of its own that has met good files, malicious ones, a tampered one and one that is too new, by real pip.</summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>An operator and a viewer, and their tokens.</summary>
    public const string Operator = "ada", OperatorToken = "ada-operates-0123456789", Viewer = "vera", ViewerToken = "vera-only-looks-0123456789";

    private readonly TemporaryDirectory _directory = new();

    public FakeIndex Index { get; private set; } = null!;

    public HashgateProcess Server { get; private set; } = null!;

    public Uri Url => Server.Url;

    public static async Task<Site> StartAsync()
    {
        var site = new Site { Index = await FakeIndex.StartAsync() };
        site.Fill();
        var program = new HashgateProgram(Path.Combine(site._directory.Path, "data")).Over(site.Index)
            .Set("Upstreams:pypi:RefreshAfter", "00:00:00.001")
            .Set("Advisories:Source", Path.Combine(site._directory.Path, "osv"))
            .Set("Admin:Tokens:ada:Value", OperatorToken).Set("Admin:Tokens:ada:Role", "operate")
            .Set("Admin:Tokens:vera:Value", ViewerToken).Set("Admin:Tokens:vera:Role", "view")
            .Set("Policy:Contact", "security@example.org")
            .Set("Webhooks:ops:Url", site.Index.BaseUrl + "/hook").Set("Webhooks:ops:Kinds:0", "hash-mismatch");
        program.Environment["Serilog__MinimumLevel__Default"] = "Warning";
        site.Server = await program.StartAsync();
        (await site.InstallAsync("good")).Succeeded();
        (await site.InstallAsync("evil==2.0")).Failed().With("Blocked by Hashgate: malware: ");
        (await site.InstallAsync("tampered")).Failed().With("Blocked by Hashgate: hash-mismatch: ");
        (await site.InstallAsync("fresh")).Failed().With("Blocked by Hashgate: minimum-age: ");
        return site;
    }

    /// <summary>pip install, by a person of their own with nothing cached.</summary>
    public async Task<ClientRun> InstallAsync(string requirement)
    {
        using var pip = new Pip(Pip.Debian);
        return await pip.InstallAsync(Url, "--no-deps", requirement);
    }

    /// <summary>The id of the newest event that matches.</summary>
    public async Task<string> EventIdAsync(string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/events?limit=1&" + query);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + ViewerToken);
        using var answer = await Server.Client.SendAsync(request);
        var events = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("events");
        Assert.True(events.GetArrayLength() > 0, $"There is no event {query}.");
        return events[0].GetProperty("id").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Index.DisposeAsync();
        _directory.Dispose();
    }

    private void Fill()
    {
        Index.Add(TestWheel.Build("good", "1.0"));
        Index.Add(TestWheel.Build("reported", "1.0"));
        foreach (var project in (string[])["evil", "waived", "live"])
        {
            Index.Add(TestWheel.Build(project, "1.0"));
            Index.Add(TestWheel.Build(project, "2.0", text: "malicious"));
            Advise(project);
        }
        var tampered = Index.Add(TestWheel.Build("tampered", "1.0"));
        tampered.Bytes = [.. tampered.Bytes[..^1], (byte)(tampered.Bytes[^1] ^ 1)];
        Index.Add(TestWheel.Build("fresh", "1.0")).UploadTime = TimeProvider.System.GetUtcNow();
    }

    private void Advise(string project) => File.WriteAllBytes(
        Path.Combine(Directory.CreateDirectory(Path.Combine(_directory.Path, "osv")).FullName, project + ".json"),
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = "MAL-2026-" + project,
            modified = "2026-01-01T00:00:00Z",
            summary = $"{project} 2.0 sends what it finds to somebody else",
            affected = new[] { new { package = new { ecosystem = "PyPI", name = project }, versions = new[] { "2.0" } } },
        }));
}
