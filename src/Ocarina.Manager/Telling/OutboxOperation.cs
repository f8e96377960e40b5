using Ocarina.Core.Normalization;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Outbox;

namespace Ocarina.Manager.Telling;

/// <summary>A delivery with what was tried.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Attempts">Newest first.</param>
public sealed record DeliveryView(DeliveryRow Delivery, IReadOnlyList<AttemptRow> Attempts);

/// <summary>Shows admins what is on its way, what was delivered and what was given up; sends the last again.</summary>
public sealed class OutboxOperation
{
    private readonly OutboxDatabase _outbox;
    private readonly TellingDocuments _documents;
    private readonly NumberDesk _desk;

    internal OutboxOperation(OutboxDatabase outbox, TellingDocuments documents, NumberDesk desk) => (_outbox, _documents, _desk) = (outbox, documents, desk);

    /// <summary>One page, newest first. The number may be spelled in any way.</summary>
    public Task<(IReadOnlyList<DeliveryRow> Rows, string? Next)> ListAsync(DeliveryQuery query, CancellationToken ct)
    {
        if (query.Number is { } text && NumberInput.TryRead(_desk.RulesFor(_desk.Tree.Master), text, out var number, out _)) query = query with { Number = number.ToString() };
        return _outbox.ListAsync(query, ct);
    }

    /// <summary>One delivery.</summary>
    public async Task<DeliveryView?> FindAsync(string id, CancellationToken ct) =>
        await _outbox.FindAsync(id, ct) is { } delivery ? new DeliveryView(delivery, await _outbox.AttemptsOfAsync(id, ct)) : null;

    /// <summary>Sends a delivery again that has ended.</summary>
    /// <returns>The delivery, and whether it had ended; none when there is none.</returns>
    public async Task<(DeliveryView View, bool IsRepeated)?> RepeatAsync(string id, CancellationToken ct)
    {
        var isRepeated = await _outbox.RepeatAsync(id, _documents.GiveUpAfter, ct);
        return await FindAsync(id, ct) is { } view ? (view, isRepeated) : null;
    }
}
