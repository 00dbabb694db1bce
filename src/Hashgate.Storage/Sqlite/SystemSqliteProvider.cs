using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Hashgate.Storage.Sqlite;

/// <summary>
/// Binds the SQLite provider to the library that the operating system ships and patches. Only in builds from restricted
/// feeds, whose newest native bundle is too old to be shipped; the genuine package brings its own.
/// </summary>
internal static class SystemSqliteProvider
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Must have happened before anything in this assembly opens a database; there is no other moment that all users share.")]
    internal static void Register()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != "e_sqlite3") return 0;
        foreach (var candidate in (ReadOnlySpan<string>)["libsqlite3.so.0", "libsqlite3.dylib", "winsqlite3"])
        {
            if (NativeLibrary.TryLoad(candidate, out var handle)) return handle;
        }
        throw new DllNotFoundException("The system's SQLite library (libsqlite3.so.0) is missing: install it (on Debian: libsqlite3-0).");
    }
}
