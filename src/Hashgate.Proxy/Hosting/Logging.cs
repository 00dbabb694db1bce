using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Json;
using Serilog.Settings.Configuration;

namespace Hashgate.Proxy.Hosting;

/// <summary>Serilog, known to this file alone: one line of JSON for each event, to standard output.</summary>
internal static class Logging
{
    /// <summary>Where sinks that settings name are looked for; searching every assembly for them would cost a twentieth of a second.</summary>
    private static readonly ConfigurationReaderOptions Sinks = new(typeof(ConsoleLoggerConfigurationExtensions).Assembly);

    /// <summary>The host's category for requests.</summary>
    private const string HostDiagnostics = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public static void AddHashgateLogging(this ILoggingBuilder logging, IConfiguration configuration)
    {
        var serilog = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Yarp", LogEventLevel.Warning)
            .ReadFrom.Configuration(configuration, Sinks)
            .Enrich.FromLogContext()
            .WriteTo.Console(new AsciiJsonFormatter())
            .CreateLogger();
        // Where this category may log at all, the host makes an activity and a log scope for each request; errors are logged by UnexpectedErrors.
        // The filter names the provider: Serilog's own filter does, and one that names none would count for less.
        logging.ClearProviders().AddSerilog(serilog, dispose: true).AddFilter<SerilogLoggerProvider>(HostDiagnostics, LogLevel.None);
    }

    /// <summary>
    /// JSON in plain ASCII. Serilog's own escapes the oldest control characters alone; a log is also read on terminals, where others, and the marks
    /// that turn the reading direction around, would be obeyed.
    /// </summary>
    private sealed class AsciiJsonFormatter : ITextFormatter
    {
        private readonly JsonFormatter _json = new(renderMessage: true);

        public void Format(LogEvent logEvent, TextWriter output)
        {
            using var line = new StringWriter(CultureInfo.InvariantCulture);
            _json.Format(logEvent, line);
            // Outside of strings JSON has no such character, and in one each may be written by its number.
            foreach (var chunk in line.GetStringBuilder().GetChunks())
            {
                foreach (var c in chunk.Span)
                {
                    if (c <= '~') output.Write(c);
                    else output.Write(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"));
                }
            }
        }
    }
}
