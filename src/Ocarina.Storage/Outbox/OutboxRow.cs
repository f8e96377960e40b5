using Ocarina.Core;
using Ocarina.Core.Telling;

namespace Ocarina.Storage.Outbox;

/// <summary>A row of <c>outbox</c>: a message, and what caused it.</summary>
/// <param name="Id">Its id, for ever and for every receiver.</param>
/// <param name="Message">What is told.</param>
/// <param name="Event">Sequence of the number's event; 0 without one.</param>
/// <param name="Position">Place among the messages of that event, from 0.</param>
/// <param name="Created">When it was caused.</param>
public sealed record OutboxRow(string Id, Message Message, long Event, long Position, DateTimeOffset Created)
{
    /// <summary>A message without an event, of this moment. Goes out in no order with others.</summary>
    public static OutboxRow Of(Message message, DateTimeOffset now) => new(TimeOrderedId.New(now), message, 0, 0, now);
}
