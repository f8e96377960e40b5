using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Ocarina.Storage.Sqlite;

/// <summary>Takes the system's SQLite in place of the bundled one, which is of 2021, and says which one runs.</summary>
internal static class SqliteLibrary
{
    private static readonly Version Oldest = new(3, 35, 0);
    private static readonly Version Sound = new(3, 38, 0);
    private static readonly Lock Gate = new();
    private static bool _ready;
    private static string _library = "bundled";

    /// <summary>Loads the library once per process; checks its version each time.</summary>
    /// <exception cref="StorageRefusedException">The library is older than the SQL of ours.</exception>
    internal static (string Version, string Library) Load(ILogger logger)
    {
        lock (Gate)
        {
            if (!_ready) Initialize();
            _ready = true;
        }

        var text = SQLitePCL.raw.sqlite3_libversion().utf8_to_string();
        if (Version.Parse(text) < Oldest) throw new StorageRefusedException($"SQLite {text} is too old; 3.35 or newer is needed.");
        if (Version.Parse(text) < Sound) logger.SqliteOld(text);
        return (text, _library);
    }

    private static void Initialize()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Resolve);
        SQLitePCL.Batteries_V2.Init();
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != "e_sqlite3") return IntPtr.Zero;
        var wanted = Environment.GetEnvironmentVariable("SQLITE_LIB");
        foreach (var candidate in wanted is { Length: > 0 } ? [wanted] : new[] { "libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib" })
        {
            if (!NativeLibrary.TryLoad(candidate, out var handle)) continue;
            _library = candidate;
            return handle;
        }

        return IntPtr.Zero; // the bundled one
    }
}
