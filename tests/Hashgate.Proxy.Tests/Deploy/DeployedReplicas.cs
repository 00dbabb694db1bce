using System.Text.RegularExpressions;
using Hashgate.Proxy.Tests.AccessRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Deploy;

/// <summary>Replicas and nginx as docker-compose.yml's profile "cluster" runs them, at other addresses.</summary>
internal static partial class DeployedReplicas
{
    /// <summary>What an operator would give as HASHGATE_ADMIN_TOKEN.</summary>
    public const string AdminToken = "a-token-for-all-of-the-replicas";

    // Where a replica finds the others is the tests' own.
    private static readonly string[] s_elsewhere = ["Redis:Configuration", "S3:ServiceUrl", "Network:TrustedProxies:0"];

    /// <summary>The settings that the replicas have there, and the address of the nginx here as the one that is believed.</summary>
    public static void Configure(HashgateProgram program)
    {
        var compose = File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml"));
        var replica = compose[compose.IndexOf("\nx-replica:", StringComparison.Ordinal)..compose.IndexOf("\nservices:", StringComparison.Ordinal)];
        var settings = Setting().Matches(replica).ToDictionary(m => m.Groups["key"].Value.Replace("__", ":", StringComparison.Ordinal), m => m.Groups["value"].Value);
        Assert.Equal("${HASHGATE_ADMIN_TOKEN:-}", settings["Admin:Token"]);
        settings["Admin:Token"] = AdminToken;
        foreach (var (key, value) in settings.ExceptBy(s_elsewhere, setting => setting.Key)) program.Set(key, value.Trim('"'));
        program.Set("Network:TrustedProxies:0", "127.0.0.1");
    }

    /// <summary>deploy/nginx/nginx.conf itself, which listens here, finds the replicas there and writes to a folder of its own.</summary>
    public static Task<Nginx> StartNginxAsync(IEnumerable<Uri> replicas) => Nginx.StartWholeAsync((url, folder) =>
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "nginx", "nginx.conf"));
        foreach (var (index, replica) in replicas.Index()) Put($"server replica-{index + 1}:8080 ", $"server {replica.Authority} ");
        Put("listen 8080;", $"listen {url.Authority};");
        Put("/tmp/", folder + "/");
        Put("/dev/stdout", folder + "/access.log");
        return "daemon off;\nmaster_process off;\n" + text;

        void Put(string there, string here)
        {
            Assert.Contains(there, text, StringComparison.Ordinal);
            text = text.Replace(there, here, StringComparison.Ordinal);
        }
    });

    [GeneratedRegex(@"^    Hashgate__(?<key>\w+): (?:&[\w-]+ )?(?<value>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Setting();
}
