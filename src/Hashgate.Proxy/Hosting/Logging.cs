using Serilog;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace Hashgate.Proxy.Hosting;

/// <summary>Serilog, known to this file alone: one line of JSON for each event, to standard output.</summary>
internal static class Logging
{
    public static void AddHashgateLogging(this ILoggingBuilder logging, IConfiguration configuration)
    {
        var serilog = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Yarp", LogEventLevel.Warning)
            .ReadFrom.Configuration(configuration)
            .Enrich.FromLogContext()
            .WriteTo.Console(new JsonFormatter(renderMessage: true))
            .CreateLogger();
        logging.ClearProviders().AddSerilog(serilog, dispose: true);
    }
}
