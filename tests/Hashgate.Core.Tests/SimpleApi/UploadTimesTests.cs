using System.Text;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Tests.SimpleApi;

public sealed class UploadTimesTests
{
    private const string Characters = "0123456789-:.TZtz+ 19";

    [Fact]
    public void Common_form_reads_as_any_form_does()
    {
        var random = new Random(7);
        var taken = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var text = new StringBuilder($"{random.Next(0, 3000):0000}-{random.Next(0, 14):00}-{random.Next(0, 33):00}T{random.Next(0, 26):00}:{random.Next(0, 62):00}:{random.Next(0, 62):00}");
            if (random.Next(4) > 0) text.Append('.').Append(new string('7', random.Next(0, 8)));
            text.Append('Z');
            if (random.Next(3) == 0) text[random.Next(text.Length)] = Characters[random.Next(Characters.Length)];
            if (!UploadTimes.TryReadCommon(Encoding.ASCII.GetBytes(text.ToString()), out var time)) continue;
            taken++;
            Assert.Equal((DateTimeOffset?)time, UploadTimes.Read(text.ToString()));
        }
        Assert.InRange(taken, 20_000, 199_000);
    }

    [Theory]
    [InlineData("2024-01-02T03:04:05Z", 0)]
    [InlineData("2024-02-29T03:04:05.1Z", 100_000)]
    [InlineData("2024-01-02T03:04:05.123456Z", 123_456)]
    [InlineData("9999-12-31T23:59:59.999999Z", 999_999)]
    public void Utc_with_up_to_six_digits_is_common(string text, int microseconds)
    {
        Assert.True(UploadTimes.TryReadCommon(Encoding.ASCII.GetBytes(text), out var time));
        Assert.Equal(microseconds, time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-01-02T03:04:05")]
    [InlineData("2023-02-29T03:04:05Z")]
    [InlineData("2024-01-02T24:00:00Z")]
    [InlineData("0000-01-02T03:04:05Z")]
    [InlineData("2024-01-02T03:04:05.Z")]
    [InlineData("2024-01-02T03:04:05.1234567Z")]
    public void Any_other_text_is_not(string text) => Assert.False(UploadTimes.TryReadCommon(Encoding.ASCII.GetBytes(text), out _));
}
