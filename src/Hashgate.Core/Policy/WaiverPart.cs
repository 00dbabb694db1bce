using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Policy;

/// <summary>Puts the waivers on record in force.</summary>
public sealed class WaiverPart(ILogger<WaiverPart> logger) : IPolicyPart
{
    public string Kind => PolicyDocumentKinds.Waiver;

    public PolicyInputs Apply(PolicyInputs inputs, IReadOnlyList<PolicyDocument> documents) =>
        inputs with { Waivers = new WaiverSet(PolicyDocuments.Read(documents, static () => PolicyJson.Default.Waiver, logger)) };

    public bool IsAllowance(PolicyDocument document) => true;
}
