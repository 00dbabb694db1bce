using System.Text.Json.Serialization;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Lists;

namespace Hashgate.Proxy.Hosting;

/// <summary>This replica's copies of what is elsewhere, as JSON. Made by the compiler: every start reads them before it answers.</summary>
[JsonSerializable(typeof(KnownPolicyStore))]
[JsonSerializable(typeof(PolicyDocument))]
[JsonSerializable(typeof(IReadOnlyList<PolicyDocument>))]
[JsonSerializable(typeof(ListCopy))]
internal sealed partial class CopyJson : JsonSerializerContext;
