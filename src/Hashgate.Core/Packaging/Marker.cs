namespace Hashgate.Core.Packaging;

/// <summary>An environment marker (PyPA "dependency specifiers"), as read: kept and written again, not evaluated.</summary>
public abstract class Marker
{
    /// <summary>Writes the marker in its canonical form.</summary>
    public abstract override string ToString();
}

/// <summary>One comparison, such as <c>python_version &lt; "3.8"</c>; the operator may be <c>in</c> or <c>not in</c>.</summary>
public sealed class MarkerComparison(MarkerOperand left, string op, MarkerOperand right) : Marker
{
    public MarkerOperand Left => left;

    public string Operator => op;

    public MarkerOperand Right => right;

    public override string ToString() => $"{left} {op} {right}";
}

/// <summary>Markers joined by <c>and</c>.</summary>
public sealed class MarkerAll(IReadOnlyList<Marker> terms) : Marker
{
    public IReadOnlyList<Marker> Terms => terms;

    public override string ToString() => string.Join(" and ", terms.Select(term => term is MarkerAny ? $"({term})" : term.ToString()));
}

/// <summary>Markers joined by <c>or</c>, which binds less than <c>and</c>.</summary>
public sealed class MarkerAny(IReadOnlyList<Marker> terms) : Marker
{
    public IReadOnlyList<Marker> Terms => terms;

    public override string ToString() => string.Join(" or ", terms);
}

/// <summary>A side of a comparison: a variable of the environment, or a quoted string.</summary>
public readonly record struct MarkerOperand(string Text, bool IsVariable)
{
    public override string ToString() => IsVariable ? Text : Text.Contains('"', StringComparison.Ordinal) ? $"'{Text}'" : $"\"{Text}\"";
}
