using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Bypass;

/// <summary>
/// Every way that a client has of naming a file, against every kind of bad file: each attempt is the first that is made on a file of its
/// own, none is answered with any of its bytes, and each with the status that it should be.
/// </summary>
public sealed class BypassTests
{
    private const int Size = 2000;

    public static TheoryData<string> Kinds => new(BadFile.All.Select(b => b.Name));

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_attempt_on_a_bad_file_gets_its_status_and_no_byte(string kind)
    {
        var bad = BadFile.All.Single(b => b.Name == kind);
        await using var index = await FakeIndex.StartAsync();
        var neighbour = index.Add(TestWheel.Build("neighbour", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index);
        var wrong = new List<string>();
        for (var i = 0; i < Attack.All.Count; i++)
        {
            var attack = Attack.All[i];
            var file = index.Project($"bad_{i}").Add($"bad_{i}-1.0+local-py3-none-any.whl", "1.0+local", TestWheel.Noise(Size, i), TestWheel.Noise(Size, i + 500));
            var forbidden = new List<byte[]> { file.Bytes, file.Metadata! };
            await bad.Spoil(hashgate, index, file);
            forbidden.AddRange([file.Bytes, file.Metadata!]);

            var answer = await RawClient.SendAsync(hashgate.Url, attack.Request(new Goal(hashgate.Url, file, neighbour)));
            if (new ForbiddenBytes(forbidden).AreIn(answer.Wire)) wrong.Add($"{attack.Name}: bytes of the file under {answer.Status}");
            if (!attack.Allowed(bad.Get, bad.Head).Contains(answer.Status)) wrong.Add($"{attack.Name}: {answer.Status} {answer.Reason}");
            if (answer.Status == 403 && !answer.Reason.StartsWith("Blocked by Hashgate: ", StringComparison.Ordinal)) wrong.Add($"{attack.Name}: 403 {answer.Reason}");
            if (answer.Status is 200 && attack.Expect == Expect.AsItsHead && (answer["Accept-Ranges"], answer["ETag"], answer.Body.Length) is not ("none", null, 0))
                wrong.Add($"{attack.Name}: {answer.Text}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
