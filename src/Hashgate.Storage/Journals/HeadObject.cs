using System.Text.Json;
using System.Text.Json.Serialization;
using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;

namespace Hashgate.Storage.Journals;

/// <summary>The object that says how far a journal in the bucket has come.</summary>
internal sealed record HeadObject(string Store, BucketSequences High, BucketSequences Through)
{
    private const int MaxIdentity = 64;

    public static byte[] Write(JournalTail tail) => JsonSerializer.SerializeToUtf8Bytes(new HeadObject(tail.Store!, tail.High, tail.Through), HeadJson.Default.HeadObject);

    /// <exception cref="InvalidDataException">It is none of ours.</exception>
    public static JournalTail Read(byte[] json)
    {
        try
        {
            var head = JsonSerializer.Deserialize(json, HeadJson.Default.HeadObject) ?? throw new JsonException("It is null.");
            return Checked(new JournalTail(head.Store, head.High, head.Through));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>A tail that may be told to people: whoever may write to the bucket has named its store.</summary>
    /// <exception cref="InvalidDataException">No store is called that.</exception>
    public static JournalTail Checked(JournalTail tail) =>
        tail.Store is { Length: <= MaxIdentity } store && store.All(char.IsAsciiLetterOrDigit) ? tail : throw new InvalidDataException("It names no store, or one as none is called.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HeadObject))]
internal sealed partial class HeadJson : JsonSerializerContext;
