using System.Globalization;
using Dapper;
using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Storage;

/// <summary>Plain values for storage tests.</summary>
internal static class Some
{
    internal static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    internal static readonly AccountId Alice = AccountId.Parse("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    internal static readonly AccountId Bob = AccountId.Parse("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    internal static readonly AccountId Carol = AccountId.Parse("cccccccccccccccccccccccccccccccc");

    internal static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal static PhoneNumber Number(int index) => PhoneNumber.Parse(string.Create(CultureInfo.InvariantCulture, $"+1415555{index:0000}"));

    internal static NumberRecord Record(PhoneNumber number, NumberState state = NumberState.Available, AccountId? account = null, CarrierName? carrier = null) => new()
    {
        Number = number,
        State = state,
        Account = account,
        Carrier = carrier ?? CarrierName.Inventory,
        StateSince = Time,
        Created = Time,
        Modified = Time,
    };

    internal static NumberChange Creation(NumberRecord record, DateTimeOffset? at = null) =>
        new(null, record, NumberActions.Created, Actor.System, null, at ?? Time);

    internal static NumberChange Update(NumberRecord before, Func<NumberRecord, NumberRecord> change, DateTimeOffset? at = null) =>
        new(before, change(before), NumberActions.Updated, Actor.Of(Alice, "u1"), "because", at ?? Time);

    internal static NumberChange Erasure(NumberRecord before, DateTimeOffset? at = null) =>
        new(before, null, NumberActions.Deleted, Actor.System, null, at ?? Time);

    internal static NumberChange Buy(NumberRecord row, AccountId buyer) =>
        new(row, row with { State = NumberState.InService, Account = buyer }, NumberActions.Activated, Actor.Of(buyer), null, Time);

    internal static async Task<ChangeOutcome> ApplyAsync(this TestDatabase db, NumberChange change) =>
        Assert.Single(await db.Numbers.ApplyAsync([change], null, WriteLane.Foreground, Ct));

    internal static async Task<NumberRecord> WriteAsync(this TestDatabase db, NumberChange change) =>
        Assert.IsType<ChangeOutcome.Written>(await db.ApplyAsync(change)).Record;

    internal static async Task<List<NumberRecord>> CreateAsync(this TestDatabase db, IEnumerable<NumberRecord> records)
    {
        var outcomes = await db.Numbers.ApplyAsync([.. records.Select(record => Creation(record))], null, WriteLane.Foreground, Ct);
        return [.. outcomes.Select(outcome => Assert.IsType<ChangeOutcome.Written>(outcome).Record)];
    }

    internal static async Task<NumberRecord?> LoadAsync(this TestDatabase db, PhoneNumber number) =>
        (await db.Numbers.LoadAsync([number], Ct)).GetValueOrDefault(number);

    internal static Task<int> ExecuteAsync(this TestDatabase db, string sql, object? parameters = null) => db.Database.WriteAsync(
        (session, ct) => session.Connection.ExecuteAsync(new CommandDefinition(sql, parameters, session.Transaction, cancellationToken: ct)), WriteLane.Foreground, Ct);

    internal static Task<T?> ScalarAsync<T>(this TestDatabase db, string sql) => db.Database.ReadAsync(
        (session, ct) => session.Connection.ExecuteScalarAsync<T>(new CommandDefinition(sql, null, session.Transaction, cancellationToken: ct)), Ct);

    /// <summary>Waits until some connection of the test's PostgreSQL database waits for a lock.</summary>
    internal static async Task WaitForLockWaitAsync(this TestDatabase db, int waiting = 1)
    {
        while (await db.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") < waiting)
            await Task.Delay(5, Ct);
    }
}
