using System.Runtime.InteropServices;
using Hashgate.Testing;

// The index that deploy/demo puts Hashgate in front of. Its first line of output is the index's URL; then it obeys its
// standard input line by line, answers "done" to each, and ends with it.
//   replace PROJECT    puts other bytes in the place of the project's file, and claims them

// Reading can't be interrupted, and the web server in here takes the signal for itself.
using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static _ => Environment.Exit(0));

const string version = "1.0";
await using var index = await FakeIndex.StartAsync();

// Each is a file that pip would install if nobody looked.
index.Add(TestWheel.Build("good-sample", version));
index.Add(TestWheel.Build("replaced-sample", version));
index.Add(TestWheel.Build("kept-sample", version));
var tampered = index.Add(TestWheel.Build("tampered-sample", version));
tampered.Bytes = TestWheel.Build("tampered-sample", version, text: "somebody was here").Bytes;
index.Add(TestWheel.Build("malicious-sample", version));
index.Add(TestWheel.Build("malicious-sample", "1.1", text: "somebody was here"));
index.Add(TestWheel.Build("young-sample", version));
index.Add(TestWheel.Build("young-sample", "1.1")).UploadTime = DateTimeOffset.UtcNow;
index.Add(TestWheel.Build("unlisted", version));

Console.WriteLine(index.IndexUrl);
while (await Console.In.ReadLineAsync() is { } line)
{
    if (line.Split(' ') is not ["replace", var project])
    {
        await Console.Error.WriteLineAsync($"Not a command of the sample index: {line}");
        return 2;
    }
    var file = index.Project(project).Files.Single();
    var other = TestWheel.Build(project, version, text: "somebody was here");
    (file.Bytes, file.Metadata) = (other.Bytes, other.Metadata);
    file.ClaimBytes();
    Console.WriteLine("done");
}
return 0;
