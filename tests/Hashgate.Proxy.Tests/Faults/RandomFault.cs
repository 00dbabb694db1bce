using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Faults;

/// <summary>A fault drawn at random: mostly wrong bytes and broken bodies, now and then an answer that is none.</summary>
internal sealed record RandomFault(string Name, Fault Fault)
{
    /// <summary>These take a whole time limit each; their own tests have them.</summary>
    private static readonly BadTransfer[] Quick = [.. BadTransfer.All.Where(b => !b.Name.StartsWith("stalled", StringComparison.Ordinal))];

    // Not for secrets: a run has to be the same again.
#pragma warning disable CA5394
    public static RandomFault Next(Random random, FakeIndex index, FakeFile file)
    {
        var length = file.Bytes.Length;
        // Answers that are outages stay few: a circuit that opens would have the rest of the run do nothing.
        if (random.Next(5) == 0)
        {
            var bad = Quick[random.Next(Quick.Length)];
            return new RandomFault(bad.Name, bad.Make(index, file));
        }
        var offset = random.Next(length);
        var (name, fault) = random.Next(9) switch
        {
            0 => ("tampered", Fault.Tamper(offset)),
            1 => ("noise", Fault.Replace(TestWheel.Noise(random.Next(0, 2 * length), offset))),
            2 => ("junk", Fault.Junk(random.Next(1, 100_000))),
            3 => ("cut", Fault.Cut(offset)),
            4 => ("truncated", Fault.Truncate(offset)),
            5 => ("dropped", Fault.Drop(offset)),
            6 => ("longer length", Fault.LongerLength(random.Next(1, 5000))),
            7 => ("shorter length", Fault.ShorterLength(random.Next(1, length))),
            _ => ("other wheel", Fault.Replace(TestWheel.Build(file.Project.Name, file.Version, offset, text: "not genuine").Bytes)),
        };
        return random.Next(4) switch
        {
            0 => new RandomFault($"{name} at {offset}, tampered", Fault.Tamper(random.Next(length)).And(fault)),
            1 => new RandomFault($"{name} at {offset}, chunked", fault.And(Fault.Chunked())),
            _ => new RandomFault($"{name} at {offset}", fault),
        };
    }
#pragma warning restore CA5394
}
