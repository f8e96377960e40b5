namespace Ocarina.Server.Hosting;

/// <summary>What a server finds around it; tests bring their own.</summary>
/// <param name="Clock">The clock of everything.</param>
/// <param name="Logging">Where logs go.</param>
/// <param name="Replace">Replaces services after all were added.</param>
internal sealed record ServerSurroundings(TimeProvider Clock, Action<ILoggingBuilder> Logging, Action<IServiceCollection>? Replace = null)
{
    /// <summary>The machine's clock, and logs on standard error.</summary>
    public static ServerSurroundings Real { get; } = new(TimeProvider.System, ServerLogging.Configure);
}
