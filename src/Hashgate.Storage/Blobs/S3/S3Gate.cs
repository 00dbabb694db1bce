namespace Hashgate.Storage.Blobs.S3;

/// <summary>
/// Whether it is worth asking the store. After a failure nobody waits for another one: requests fail at once, until a small request of the
/// bucket's own (<see cref="S3Watch"/>) finds that the store answers.
/// </summary>
internal sealed class S3Gate
{
    private volatile string? _trouble;

    /// <summary>Why it is closed, one sentence; null: it is open.</summary>
    public string? Trouble => _trouble;

    public void Open() => _trouble = null;

    /// <summary>True where it was open.</summary>
    public bool Close(string trouble) => Interlocked.Exchange(ref _trouble, trouble) is null;

    /// <exception cref="S3ClosedException">It is closed.</exception>
    public void Pass()
    {
        if (_trouble is { } trouble) throw new S3ClosedException(trouble);
    }
}

/// <summary>The store has failed a moment ago and was not asked.</summary>
internal sealed class S3ClosedException(string trouble) : IOException(trouble);
