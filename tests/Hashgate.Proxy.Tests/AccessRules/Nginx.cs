using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.AccessRules;

/// <summary>Debian's stock nginx in front of a server: <c>proxy_pass</c>, and no header set or taken away.</summary>
public sealed class Nginx : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Process _process;

    private Nginx(Func<Nginx, string> configuration)
    {
        File.WriteAllText(Sub("users"), "ada:{PLAIN}secret\n");
        File.WriteAllText(Sub("nginx.conf"), configuration(this));
        _process = Process.Start(new ProcessStartInfo(Find(), ["-p", _directory.Path, "-c", Sub("nginx.conf"), "-e", "stderr"]) { RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, line) => Log.Add(line.Data ?? "");
        _process.BeginErrorReadLine();
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = Url };
    }

    public Uri Url { get; } = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LoopbackPort.Free()}/"));

    /// <summary>Asks nginx.</summary>
    public HttpClient Client { get; }

    private System.Collections.Concurrent.ConcurrentBag<string> Log { get; } = [];

    /// <summary>Starts it on a free loopback port and waits until it takes connections.</summary>
    /// <param name="more">Further locations; <c>{behind}</c> stands for the server, <c>{directory}</c> for a folder with a file <c>users</c>, in which ada's password is "secret".</param>
    public static Task<Nginx> StartAsync(Uri behind, string more = "") => StartAsync(nginx => $$"""
        server {
            listen {{nginx.Url.Authority}};
            location / {
                proxy_pass http://{{behind.Authority}};
            }
            {{more.Replace("{behind}", behind.Authority, StringComparison.Ordinal).Replace("{directory}", nginx._directory.Path, StringComparison.Ordinal)}}
        }
        """);

    /// <summary>In front of several servers, each asked in turn, and told what host was asked for.</summary>
    public static Task<Nginx> StartAsync(IEnumerable<Uri> replicas) => StartAsync(nginx => $$"""
        upstream replicas {
            {{string.Concat(replicas.Select(replica => $"server {replica.Authority}; "))}}
        }
        server {
            listen {{nginx.Url.Authority}};
            location / {
                proxy_pass http://replicas;
                proxy_set_header Host $http_host;
            }
        }
        """);

    /// <summary>With what stands in its <c>http</c> block, which has to listen at <see cref="Url"/>.</summary>
    public static Task<Nginx> StartAsync(Func<Nginx, string> http) => WhenListeningAsync(new Nginx(nginx => $$"""
        daemon off;
        master_process off;
        pid {{nginx.Sub("nginx.pid")}};
        error_log stderr warn;
        events { worker_connections 4096; }
        http {
            access_log off;
            client_body_temp_path {{nginx.Sub("body")}};
            proxy_temp_path {{nginx.Sub("proxy")}};
            fastcgi_temp_path {{nginx.Sub("fastcgi")}};
            uwsgi_temp_path {{nginx.Sub("uwsgi")}};
            scgi_temp_path {{nginx.Sub("scgi")}};
            {{http(nginx)}}
        }
        """));

    /// <summary>With a whole configuration.</summary>
    /// <param name="configuration">Given the address to listen at and a folder of its own, without the slash.</param>
    public static Task<Nginx> StartWholeAsync(Func<Uri, string, string> configuration) => WhenListeningAsync(new Nginx(nginx => configuration(nginx.Url, nginx._directory.Path)));

    private static async Task<Nginx> WhenListeningAsync(Nginx nginx)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(nginx.Url.Host, nginx.Url.Port, deadline.Token);
                return nginx;
            }
            catch (SocketException) when (!nginx._process.HasExited)
            {
                await Task.Delay(20, deadline.Token);
            }
            catch
            {
                await nginx.DisposeAsync();
                throw new InvalidOperationException("nginx did not start: " + string.Join('\n', nginx.Log));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }

    private string Sub(string name) => Path.Combine(_directory.Path, name);

    // Not on every user's PATH.
    private static string Find() => File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
}
