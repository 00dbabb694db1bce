namespace Hashgate.Storage.Sqlite;

/// <summary>A store was written by a newer program; this one can't know what it would break.</summary>
public sealed class StoreVersionException(string store, long found, long known)
    : Exception($"{store} has schema version {found}; this program knows up to {known}. Run the newer program, or restore the backup that it made before it migrated.");
