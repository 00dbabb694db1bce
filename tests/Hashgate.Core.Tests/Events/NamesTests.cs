using System.Reflection;
using Hashgate.Core.Events;

namespace Hashgate.Core.Tests.Events;

public sealed class NamesTests
{
    /// <summary>A kind that the list lacks would be missing from metrics, filters and webhooks.</summary>
    [Fact]
    public void List_of_kinds_has_every_kind() => Assert.Equal(
        typeof(EventKinds).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal),
        EventKinds.All.Order(StringComparer.Ordinal));
}
