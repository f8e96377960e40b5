using System.Text.Json.Nodes;
using Dapper;
using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Core.Telling;
using Ocarina.Storage;
using Ocarina.Storage.Outbox;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Telling;

/// <summary>Messages are part of the change that causes them: written with it, or not at all.</summary>
public sealed class OutboxWriteTests
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_change_and_its_messages_are_written_together_with_the_sequence_of_the_event(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var row = (await db.CreateAsync([Some.Record(Some.Number(1), NumberState.InService, Some.Alice)]))[0];

        await db.WriteAsync(Some.Update(row, number => number with { UsedBy = "callflow" }) with
        {
            Messages = [Cnam("one", row.Number), Cnam("two", row.Number)],
        });

        var page = await db.Numbers.EventsAsync(row.Number, new EventQuery(), Some.Ct);
        var stored = await ReadAsync(db);
        Assert.Equal([0, 1], stored.Select(message => message.Position));
        Assert.All(stored, message => Assert.Equal((page.Rows[0].Seq, "cnam_request", Some.Alice.ToString(), row.Number.ToString()), (message.Event, message.Kind, message.Account, message.Number)));
        Assert.Equal(["""{"name":"one"}""", """{"name":"two"}"""], stored.Select(message => message.Payload));
        Assert.Equal(2, stored.Select(message => message.Id).Distinct().Count());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_change_that_is_lost_tells_nobody(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var stale = (await db.CreateAsync([Some.Record(Some.Number(1), NumberState.InService, Some.Alice), Some.Record(Some.Number(2))]))[0];
        await db.WriteAsync(Some.Update(stale, number => number with { UsedBy = "callflow" }));

        var outcomes = await db.Numbers.ApplyAsync(
        [
            Some.Update(stale, number => number with { UsedBy = "trunkstore" }) with { Messages = [Cnam("lost", stale.Number)] },
            Some.Creation(Some.Record(Some.Number(3))) with { Messages = [Cnam("written", Some.Number(3))] },
        ], null, WriteLane.Foreground, Some.Ct);

        Assert.IsType<ChangeOutcome.Lost>(outcomes[0]);
        Assert.Equal("""{"name":"written"}""", Assert.Single(await ReadAsync(db)).Payload);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_a_transaction_that_fails_wanted_to_tell_is_gone_with_it(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);

        await Assert.ThrowsAsync<InvalidOperationException>(() => db.Database.WriteAsync<int>(async (session, ct) =>
        {
            await NumbersDatabase.ApplyAsync(session, [Some.Creation(Some.Record(Some.Number(1))) with { Messages = [Cnam("x", Some.Number(1))] }], null, ct);
            await OutboxTable.InsertAsync(session, new Message(MessageKinds.ServiceAdded, Some.Alice, default, DocumentText.Empty), Some.Time, ct);
            throw new InvalidOperationException("Something else went wrong.");
        }, WriteLane.Foreground, Some.Ct));

        Assert.Empty(await ReadAsync(db));
        Assert.Null(await db.LoadAsync(Some.Number(1)));
    }

    private static Message Cnam(string name, PhoneNumber number) =>
        new(MessageKinds.CnamRequest, Some.Alice, number, DocumentText.From(new JsonObject { ["name"] = name }));

    private static async Task<List<Stored>> ReadAsync(TestDatabase db) => await db.Database.ReadAsync(async (session, _) =>
        (await session.Connection.QueryAsync<Stored>("SELECT id, kind, account, number, event, position, payload FROM outbox ORDER BY event, position")).AsList(), Some.Ct);

    private sealed record Stored(string Id, string Kind, string Account, string Number, long Event, long Position, string Payload);
}
