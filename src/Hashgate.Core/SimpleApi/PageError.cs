namespace Hashgate.Core.SimpleApi;

/// <summary>Why an upstream's answer is no index page. The message names the key or limit, in printable ASCII, and quotes no value.</summary>
public sealed record PageError(PageErrorKind Kind, string Message);

/// <summary>The kinds of <see cref="PageError"/>.</summary>
public enum PageErrorKind
{
    /// <summary>Not JSON, a key twice, a value of the wrong type.</summary>
    Malformed,

    /// <summary>Over one of <see cref="PageLimits"/>.</summary>
    TooLarge,

    /// <summary>A major version of the API that did not exist when this was written; the specification has clients fail.</summary>
    UnsupportedVersion,
}
