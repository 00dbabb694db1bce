using System.Buffers;
using System.Text;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Tests.SimpleApi;

public sealed class ProjectListTests
{
    private static ProjectList Json(string text) =>
        ProjectListReader.TryReadJson(Encoding.UTF8.GetBytes(text), PageLimits.Default, out var list, out var error) ? list : throw new InvalidOperationException(error.ToString());

    private static ProjectList Html(string text) =>
        ProjectListReader.TryReadHtml(Encoding.UTF8.GetBytes(text), PageLimits.Default, out var list, out var error) ? list : throw new InvalidOperationException(error.ToString());

    private static async Task<(string Text, int Flushes)> Write(ProjectList list, Representation representation)
    {
        var output = new ArrayBufferWriter<byte>();
        var flushes = 0;
        await ProjectListWriter.WriteAsync(list, representation, output, Flush, CancellationToken.None);
        return (Encoding.UTF8.GetString(output.WrittenSpan), flushes);

        ValueTask Flush(CancellationToken cancellationToken)
        {
            flushes++;
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public void Json_list_reads_its_names_and_leaves_out_what_is_none()
    {
        var list = Json("""{"meta":{"api-version":"1.4","_last-serial":5},"projects":[{"name":"Flask","_last-serial":1},{"name":"zope.interface"},{"name":"K\u212A"},{"name":""},{},{"name":"a/b"}]}""");

        Assert.Equal(["Flask", "zope.interface"], list.Names());
        Assert.Equal((new ApiVersion(1, 4), 5L, 4), (list.ApiVersion, list.LastSerial, list.Dropped));
    }

    [Fact]
    public void Html_list_reads_the_text_of_its_links()
    {
        var list = Html("<meta name=pypi:repository-version content=1.1><a href=\"/simple/flask/\"> Flask </a><a href=\"\">x</a><a>y</a><a href=\"/simple/z/\">  </a><!--SERIAL 8-->");

        Assert.Equal(["Flask"], list.Names());
        Assert.Equal((new ApiVersion(1, 1), 8L), (list.ApiVersion, list.LastSerial));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"projects\":{}}")]
    [InlineData("{\"projects\":[1]}")]
    [InlineData("{\"projects\":[{\"name\":1}]}")]
    [InlineData("{\"projects\":[{\"name\":\"a\",\"name\":\"b\"}]}")]
    [InlineData("{\"projects\":[],\"projects\":[]}")]
    [InlineData("{\"meta\":{\"api-version\":\"2.0\"},\"projects\":[]}")]
    [InlineData("{\"projects\":[")]
    public void Json_list_that_is_none_is_refused(string json) =>
        Assert.False(ProjectListReader.TryReadJson(Encoding.UTF8.GetBytes(json), PageLimits.Default, out _, out _));

    [Fact]
    public void List_over_the_limit_is_refused_in_both_forms()
    {
        var limits = new PageLimits { MaxProjects = 1 };

        Assert.False(ProjectListReader.TryReadJson("{\"projects\":[{\"name\":\"a\"},{\"name\":\"b\"}]}"u8, limits, out _, out var json));
        Assert.False(ProjectListReader.TryReadHtml("<a href=a>a</a><a href=b>b</a>"u8, limits, out _, out var html));
        Assert.Equal((PageErrorKind.TooLarge, PageErrorKind.TooLarge), (json!.Kind, html!.Kind));
    }

    [Fact]
    public async Task Json_list_is_written_as_pypi_shapes_it()
    {
        var (text, _) = await Write(Json("""{"meta":{"api-version":"1.9","_last-serial":5},"projects":[{"name":"Flask"},{"name":"a.b_C"}]}"""), Representation.Json);

        Assert.Equal("""{"meta":{"_last-serial":5,"api-version":"1.5"},"projects":[{"name":"Flask"},{"name":"a.b_C"}]}""", text);
    }

    [Fact]
    public async Task Html_list_links_to_normalized_names()
    {
        var (text, _) = await Write(Json("""{"projects":[{"name":"A.-_b"}]}"""), Representation.LegacyHtml);

        Assert.StartsWith("<!DOCTYPE html>", text, StringComparison.Ordinal);
        Assert.Contains("<a href=\"a-b/\">A.-_b</a>", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Representation.Json)]
    [InlineData(Representation.Html)]
    public async Task Long_list_is_written_in_pieces_and_reads_back_the_same(Representation representation)
    {
        var names = Enumerable.Range(0, 50_000).Select(i => $"Project_{i}").ToList();
        var list = Json("{\"projects\":[" + string.Join(',', names.Select(name => $"{{\"name\":\"{name}\"}}")) + "]}");

        var (text, flushes) = await Write(list, representation);

        Assert.True(flushes > 10, $"{flushes} flushes");
        Assert.Equal(names, (representation == Representation.Json ? Json(text) : Html(text)).Names());
    }

    [Fact]
    public void Recorded_list_reads_without_error()
    {
        var path = Path.Combine(RecordedPages.Folder, "json", "aescarias_pypiwrap", "simple_repo_index_page.json");

        Assert.True(ProjectListReader.TryReadJson(File.ReadAllBytes(path), PageLimits.Default, out var list, out var error), error?.ToString());
        Assert.Contains("0-._.-._.-._.-._.-._.-._.-0", list!.Names());
        Assert.Equal(27001105, list.LastSerial);
    }
}
