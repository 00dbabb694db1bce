using System.Text;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Faults;

/// <summary>A way in which a download can go wrong, and what a client is answered as long as it does.</summary>
/// <param name="Status">403: the bytes are wrong. 504: they can't be had. 404: there are none. 200: the fault is harmless.</param>
internal sealed record BadTransfer(string Name, int Status, Func<FakeIndex, FakeFile, Fault> Make)
{
    public static IReadOnlyList<BadTransfer> All { get; } =
    [
        new("tampered at its end", 403, (_, _) => Fault.Tamper()),
        new("tampered at its start", 403, (_, _) => Fault.Tamper(0)),
        new("replaced by another wheel", 403, (_, _) => Fault.Replace(TestWheel.Build("alpha", "1.0", 300_000, text: "not genuine").Bytes)),
        new("tampered and chunked", 403, (_, _) => Fault.Tamper().And(Fault.Chunked())),
        new("junk behind it", 403, (_, _) => Fault.Junk(100_000)),
        new("junk behind it, chunked", 403, (_, _) => Fault.Junk(100_000).And(Fault.Chunked())),
        new("length told too long", 403, (_, _) => Fault.LongerLength(10)),
        new("cut, with a length that agrees", 504, (_, _) => Fault.Cut(300)),
        new("cut, chunked", 504, (_, _) => Fault.Cut(300).And(Fault.Chunked())),
        new("empty", 504, (_, _) => Fault.Replace([])),
        new("truncated", 504, (_, _) => Fault.Truncate(50)),
        new("length told too short", 504, (_, _) => Fault.ShorterLength(10)),
        new("dropped before the head", 504, (_, _) => Fault.Drop(-1)),
        new("dropped in the body", 504, (_, _) => Fault.Drop(50)),
        new("stalled before the head", 504, (_, _) => Fault.HoldHead(new Gate())),
        new("stalled in the body", 504, (_, _) => Fault.HoldBody(50, new Gate())),
        new("compressed", 504, (_, _) => Fault.Gzip()),
        new("a broken gzip", 504, (_, _) => Fault.BadGzip()),
        new("not HTTP", 504, (_, _) => Fault.Raw(Encoding.ASCII.GetBytes("garbage\r\n\r\n"))),
        new("redirected in a loop", 504, (_, file) => Fault.Redirect(file.Path)),
        new("redirected to another host", 504, (index, file) => Fault.Redirect($"http://localhost:{index.Port}/other{file.Path}")),
        new("redirected to a file of the system", 504, (_, _) => Fault.Redirect("file:///etc/passwd")),
        new("a range that nobody asked for", 504, (_, _) => new Fault { Change = reply => reply with { Status = 206 } }),
        new("no content", 504, (_, _) => new Fault { Change = reply => reply with { Status = 204, Body = [] } }),
        new("401", 504, (_, _) => Fault.Status(401)),
        new("403", 504, (_, _) => Fault.Status(403)),
        new("404", 404, (_, _) => Fault.Status(404)),
        new("410", 404, (_, _) => Fault.Status(410)),
        new("429", 504, (_, _) => Fault.Status(429, "1")),
        new("500", 504, (_, _) => Fault.Status(500)),
        new("503", 504, (_, _) => Fault.Status(503, "60")),
        new("chunked", 200, (_, _) => Fault.Chunked()),
        new("redirected on the same host", 200, (index, file) => Redirected(index, file)),
    ];

    public static TheoryData<string> Names => [.. All.Select(b => b.Name)];

    public static BadTransfer Named(string name) => All.Single(b => b.Name == name);

    private static Fault Redirected(FakeIndex index, FakeFile file)
    {
        var twin = index.Project("twin").Add(file.Filename, file.Version, file.Bytes);
        twin.Path = "/elsewhere/" + file.Filename;
        return Fault.Redirect(twin.Path);
    }
}
