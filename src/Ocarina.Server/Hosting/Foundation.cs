using Ocarina.Manager.Secrets;
using Ocarina.Storage;

namespace Ocarina.Server.Hosting;

/// <summary>What must be open before anything can be joined: the database and the keys in it. Closed last.</summary>
internal sealed class Foundation : IAsyncDisposable
{
    private readonly ILoggerFactory _loggers;

    private Foundation(IDatabase database, ServerSecrets secrets, ILoggerFactory loggers) => (Database, Secrets, _loggers) = (database, secrets, loggers);

    public IDatabase Database { get; }

    public ServerSecrets Secrets { get; }

    /// <exception cref="StorageRefusedException">The database cannot be used.</exception>
    /// <exception cref="MasterKeyException">The keys in it belong to another master key.</exception>
    public static async Task<Foundation> OpenAsync(ServerOptions options, ServerSurroundings around, CancellationToken ct)
    {
        var loggers = LoggerFactory.Create(around.Logging);
        IDatabase? database = null;
        try
        {
            var storage = new StorageOptions { ConnectionString = options.ConnectionString, Clock = around.Clock };
            database = await DatabaseOpener.OpenAsync(storage, loggers.CreateLogger("Ocarina.Storage"), ct);
            var master = MasterKey.Load(options.MasterKey, options.DataFolder, mayMake: !await ServerSecrets.ExistAsync(database, ct));
            var secrets = await ServerSecrets.OpenAsync(database, master, around.Clock, loggers, ct);
            return new Foundation(database, secrets, loggers);
        }
        catch
        {
            if (database is not null) await database.DisposeAsync();
            loggers.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Secrets.Dispose();
        await Database.DisposeAsync();
        _loggers.Dispose();
    }
}
