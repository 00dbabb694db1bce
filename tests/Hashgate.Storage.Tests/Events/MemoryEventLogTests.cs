using Hashgate.Core.Events;
using Hashgate.Storage.Tests.Contracts;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Events;

public sealed class MemoryEventLogTests : EventLogContract
{
    protected override IEventLog Log { get; } = new MemoryEventLog();
}
