namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Stands in for a sequence whose element type is forgotten until <see cref="Cast{T}"/>.</summary>
public readonly struct Sequence
{
    private readonly Array? _array;
    private readonly int _offset;
    private readonly int _length;

    internal Sequence(Array? array, int offset, int length)
    {
        _array = array;
        _offset = offset;
        _length = length;
    }

    public long Length => _length;
    public bool IsEmpty => _length == 0;
    public Sequence<T> Cast<T>() => _length == 0 ? default : new((T[])_array!, _offset, _length);
}

/// <summary>Stands in for what an arena hands out; here always one segment.</summary>
public readonly struct Sequence<T>
{
    private readonly T[]? _array;
    private readonly int _offset;
    private readonly int _length;

    internal Sequence(T[] array, int offset, int length)
    {
        _array = array;
        _offset = offset;
        _length = length;
    }

    public long Length => _length;
    public bool IsEmpty => _length == 0;
    public bool IsSingleSegment => true;
    public Span<T> FirstSpan => new(_array, _offset, _length);
    public SpanEnumerable Spans => new(this);
    public ref T this[int index] => ref FirstSpan[index];

    public Sequence Untyped() => new(_array, _offset, _length);
    public Enumerator GetEnumerator() => new(_array, _offset, _length);

    public struct Enumerator
    {
        private readonly T[]? _array;
        private readonly int _end;
        private int _index;

        internal Enumerator(T[]? array, int offset, int length)
        {
            _array = array;
            _index = offset - 1;
            _end = offset + length;
        }

        public ref T Current => ref _array![_index];

        public bool MoveNext() => ++_index < _end;

        public ref T GetNext()
        {
            if (!MoveNext()) throw new InvalidOperationException("The sequence has no more elements.");
            return ref Current;
        }
    }

    public readonly struct SpanEnumerable
    {
        private readonly Sequence<T> _sequence;

        internal SpanEnumerable(Sequence<T> sequence) => _sequence = sequence;

        public SpanEnumerator GetEnumerator() => new(_sequence);
    }

    public struct SpanEnumerator
    {
        private readonly Sequence<T> _sequence;
        private bool _moved;

        internal SpanEnumerator(Sequence<T> sequence) => _sequence = sequence;

        public Span<T> Current => _sequence.FirstSpan;

        public bool MoveNext()
        {
            if (_moved || _sequence.IsEmpty) return false;
            _moved = true;
            return true;
        }
    }
}
