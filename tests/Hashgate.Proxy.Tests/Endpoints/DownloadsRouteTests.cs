using System.Net;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Endpoints;

/// <summary>Who was served what, as scripts ask for it.</summary>
public sealed class DownloadsRouteTests : IAsyncLifetime
{
    private FakeIndex _index = null!;
    private FakeFile _wheel = null!;
    private FakeFile _copy = null!;
    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _wheel = _index.Add(TestWheel.Build("alpha", "1.0"));
        _index.Add(TestWheel.Build("alpha", "2.0"));
        _copy = _index.Project("copy").Add("copy-1.0.tar.gz", "1.0", _wheel.Bytes);
        _hashgate = await RunningHashgate.StartAsync(_index);
        foreach (var file in _index.Project("alpha").Files.Append(_copy))
        {
            await _hashgate.PageAsync(file.Project.Name);
            using var answer = await _hashgate.GetAsync(file.Path, "User-Agent: =pip/23.2.1 {\"ci\":true}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Theory]
    [InlineData("project=Alpha", 2)]
    [InlineData("project=alpha&version=1", 1)]
    [InlineData("project=alpha&filename={file}", 1)]
    [InlineData("sha256={sha}", 2)]
    [InlineData("project=copy&sha256={sha}", 1)]
    [InlineData("project=alpha&version=3", 0)]
    [InlineData("project=nobody", 0)]
    public async Task What_was_served_a_moment_ago_is_found(string query, int expected)
    {
        var (status, body) = await _hashgate.CallAsync(HttpMethod.Get, "api/v1/downloads?" + Fill(query));
        Assert.Equal(HttpStatusCode.OK, status);
        var rows = body.GetProperty("downloads").EnumerateArray().ToArray();
        Assert.Equal(expected, rows.Length);
        Assert.All(rows, row => Assert.Equal(("127.0.0.1", "=pip", "23.2.1", true, 1), (row.GetProperty("client").GetString(), row.GetProperty("tool").GetString(), row.GetProperty("toolVersion").GetString(), row.GetProperty("ci").GetBoolean(), row.GetProperty("count").GetInt32())));
    }

    [Fact]
    public async Task Csv_is_a_file_to_save_and_no_formula()
    {
        using var answer = await _hashgate.GetAsync(Fill("api/v1/downloads?format=csv&sha256={sha}"), "Authorization: Bearer " + _hashgate.AdminToken);
        Assert.Equal(("text/csv", "attachment"), (answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.DispositionType));
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.All(lines[1..], line => Assert.Contains(",\"127.0.0.1\",\"'=pip\",\"23.2.1\",true,\"'=pip/23.2.1 {\"\"ci\"\":true}", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "Name a project")]
    [InlineData("filename=x", "Name a project")]
    [InlineData("project=..", "no valid project name")]
    [InlineData("project=alpha&sha256=12", "64 hexadecimal digits")]
    [InlineData("project=alpha&since=yesterday", "since is 'yesterday'")]
    [InlineData("project=alpha&format=xml", "json or csv")]
    public async Task Wrong_question_is_told_what_is_wrong(string query, string why)
    {
        var (status, body) = await _hashgate.CallAsync(HttpMethod.Get, "api/v1/downloads?" + query);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(why, body.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_but_viewers_is_told()
    {
        using var answer = await _hashgate.GetAsync("api/v1/downloads?project=alpha", "X-Forwarded-For: 10.0.0.1");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private string Fill(string query) => query.Replace("{sha}", _wheel.Hashes["sha256"], StringComparison.Ordinal).Replace("{file}", _wheel.Filename, StringComparison.Ordinal);
}
