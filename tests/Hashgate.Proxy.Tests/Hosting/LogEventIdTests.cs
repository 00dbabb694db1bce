using System.Reflection;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Hosting;
using Hashgate.Storage.Events;
using Microsoft.Extensions.Logging;

namespace Hashgate.Proxy.Tests.Hosting;

/// <summary>Whoever counts log lines by their event id counts one thing.</summary>
public sealed class LogEventIdTests
{
    [Fact]
    public void Event_id_is_that_of_one_message()
    {
        var ids = ((Assembly[])[typeof(IPolicyRule).Assembly, typeof(QueuedEventLog).Assembly, typeof(HashgateServer).Assembly])
            .SelectMany(a => a.GetTypes())
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(m => (Method: m, Message: m.GetCustomAttribute<LoggerMessageAttribute>())).Where(m => m.Message is not null)
            .GroupBy(m => m.Message!.EventId, m => $"{m.Method.DeclaringType!.Name}.{m.Method.Name}").ToArray();
        Assert.True(ids.Length > 50, $"Only {ids.Length} were found.");
        Assert.All(ids, id => Assert.True(id.Count() == 1, $"{id.Key}: {string.Join(", ", id)}"));
    }
}
