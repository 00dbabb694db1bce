using Hashgate.Core.Policy;

namespace Hashgate.Proxy.ClientTokens;

/// <summary>
/// Puts the tokens on record in force, as the policy documents that they are. No decision goes by them: the inputs stay as they were, and so does every page.
/// </summary>
internal sealed class ClientTokenPart(TokensInForce tokens, ILogger<ClientTokenPart> logger) : IPolicyPart
{
    public string Kind => PolicyDocumentKinds.ClientToken;

    public PolicyInputs Apply(PolicyInputs inputs, IReadOnlyList<PolicyDocument> documents)
    {
        tokens.Replace(PolicyDocuments.Read(documents, static () => PolicyJson.Default.ClientToken, logger));
        return inputs;
    }

    /// <summary>Another store's tokens, and those that one which was set back has anew, must let nobody in.</summary>
    public bool IsAllowance(PolicyDocument document) => true;

    /// <summary>Who could read goes on reading when the store is lost: a token frees no file that policy refuses.</summary>
    public bool OutlivesItsStore(PolicyDocument document) => true;
}
