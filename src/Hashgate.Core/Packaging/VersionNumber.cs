using System.Diagnostics;
using System.Globalization;

namespace Hashgate.Core.Packaging;

/// <summary>
/// A number within a version. PEP 440 sets no limit to its size: what fits is a machine integer, anything larger keeps
/// its digits, which compare by length and then by text. So no input costs more than its length.
/// </summary>
public readonly record struct VersionNumber : IComparable<VersionNumber>
{
    // Nineteen digits always fit.
    private const int SafeDigits = 19;

    private readonly ulong _value;
    private readonly string? _digits;

    private VersionNumber(ulong value, string? digits)
    {
        _value = value;
        _digits = digits;
    }

    /// <summary>The default value.</summary>
    public static readonly VersionNumber Zero;

    public bool IsZero => _value == 0 && _digits is null;

    /// <summary>Takes one or more ASCII digits; leading zeros mean nothing.</summary>
    internal static VersionNumber FromDigits(ReadOnlySpan<char> digits)
    {
        Debug.Assert(!digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9'));
        digits = digits.TrimStart('0');
        if (digits.Length > SafeDigits) return new VersionNumber(0, digits.ToString());
        var value = 0UL;
        foreach (var digit in digits) value = value * 10 + (uint)(digit - '0');
        return new VersionNumber(value, null);
    }

    public int CompareTo(VersionNumber other) => (_digits, other._digits) switch
    {
        (null, null) => _value.CompareTo(other._value),
        (null, _) => -1,
        (_, null) => 1,
        var (a, b) => CompareDigits(a, b),
    };

    /// <summary>Compares digits without leading zeros by the numbers they stand for.</summary>
    internal static int CompareDigits(ReadOnlySpan<char> a, ReadOnlySpan<char> b) =>
        a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);

    public override string ToString() => _digits ?? _value.ToString(CultureInfo.InvariantCulture);
}
