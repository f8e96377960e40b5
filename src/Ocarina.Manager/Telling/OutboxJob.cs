using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ocarina.Manager.Jobs;
using Ocarina.Storage.Outbox;

namespace Ocarina.Manager.Telling;

/// <summary>Sends what is to be told: finds out who gets it, tries, tries again. In any process; a message is lost by none that stops (docs/decisions/0015-telling.md).</summary>
public sealed class OutboxJob : BackgroundService
{
    /// <summary>Pause between two looks for something to send.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private const int PieceRows = 200;
    private static readonly TimeSpan ForgetInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(2);

    private readonly OutboxDatabase _outbox;
    private readonly TellingDocuments _documents;
    private readonly Audience _audience;
    private readonly Courier _courier;
    private readonly TimeProvider _clock;
    private readonly ILogger<OutboxJob> _logger;

    internal OutboxJob(OutboxDatabase outbox, TellingDocuments documents, Audience audience, Courier courier, TimeProvider clock, ILogger<OutboxJob> logger) =>
        (_outbox, _documents, _audience, _courier, _clock, _logger) = (outbox, documents, audience, courier, clock, logger);

    /// <summary>One pass: what is due now has been tried once when it ends.</summary>
    /// <returns>How many attempts.</returns>
    public async Task<int> RunPassAsync(CancellationToken ct)
    {
        await AddressAsync(ct);
        var attempts = await _courier.StartAsync(ct);
        await Task.WhenAll(attempts);
        return attempts.Count;
    }

    /// <summary>Forgets what ended long ago.</summary>
    /// <returns>How many messages.</returns>
    public async Task<int> ForgetAsync(CancellationToken ct)
    {
        var (count, before) = (0, _clock.GetUtcNow() - _documents.Keep);
        for (var gone = -1; gone != 0; count += gone) gone = await _outbox.ForgetAsync(before, PieceRows, ct);
        if (count > 0) _logger.Forgotten(count);
        return count;
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _courier.StopAsync(StopMax);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        EveryAsync(Interval, AddressAsync, stoppingToken),
        EveryAsync(Interval, _courier.StartAsync, stoppingToken),
        EveryAsync(ForgetInterval, ForgetAsync, stoppingToken));

    private async Task AddressAsync(CancellationToken ct)
    {
        var giveUpAfter = _documents.GiveUpAfter;
        while (await _outbox.AddressAsync(_audience.OfAsync, _audience.RefreshAsync, giveUpAfter, PieceRows, ct) == PieceRows) { }
        while (await _outbox.FollowAsync(_audience.OfChange, _audience.RefreshAsync, giveUpAfter, PieceRows, ct) == PieceRows) { }
    }

    private Task EveryAsync(TimeSpan interval, Func<CancellationToken, Task> pass, CancellationToken ct) => Repeating.EveryAsync(interval, _clock, pass, _logger.OutboxFailed, ct);
}
