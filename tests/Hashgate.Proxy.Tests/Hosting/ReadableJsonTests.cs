using System.Text.Json;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Tests.Hosting;

public sealed class ReadableJsonTests
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = ReadableJson.Encoder };

    [Fact]
    public void Every_character_but_plus_and_apostrophe_is_written_as_the_framework_does()
    {
        for (var c = 0; c <= char.MaxValue; c++)
        {
            if (char.IsSurrogate((char)c)) continue;
            var text = $"a{(char)c}b";
            var expected = c is '+' or '\'' ? $"\"{text}\"" : JsonSerializer.Serialize(text, JsonSerializerOptions.Default);
            Assert.Equal(expected, JsonSerializer.Serialize(text, Options));
        }
    }

    [Theory]
    [InlineData("1.0+local isn't it", "1.0+local isn't it")]
    [InlineData("+'+'", "+'+'")]
    [InlineData("'\u001b[31m\u202e<script>&+", "'\\u001B[31m\\u202E\\u003Cscript\\u003E\\u0026+")]
    [InlineData("+\ud83d\udc7b'", "+\\uD83D\\uDC7B'")]
    public void Text_is_readable_and_plain(string text, string expected)
    {
        Assert.Equal(expected, ReadableJson.Encoder.Encode(text));
        Assert.Equal($"\"{expected}\"", JsonSerializer.Serialize(text, Options));
    }

    [Fact]
    public void Half_a_character_is_written_as_none() => Assert.Equal("+\\uFFFD'", ReadableJson.Encoder.Encode($"+{(char)0xD800}'"));

    [Fact]
    public void Long_texts_are_written_whole()
    {
        var text = string.Concat(Enumerable.Repeat("it's 1.0+x\u202e ", 10_000));
        Assert.Equal(text.Replace("\u202e", "\\u202E", StringComparison.Ordinal), ReadableJson.Encoder.Encode(text));
        Assert.Equal(text, JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(text, Options)));
    }
}
