using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Configuration;
using Ocarina.Storage;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Identity;

public sealed class OrphanTests
{
    private const string Id = "number_manager";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Rules_that_lead_carriers_spellings_elsewhere_are_refused_with_count_and_samples(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await StoreAsync(host, "+14158867900", "+14158867901", "+442071838750");

        // Under '+' the stored texts stay what they are; it is 4158867900 that would become a French number.
        var outcome = await host.Config.MergeAsync(Id, Some.Json("""{"default":{"e164_converters":{"^(\\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})$":{"prefix":"+33"}}}}"""), false, Ct);

        var report = Assert.IsType<ConfigOutcome.WouldOrphanNumbers>(outcome).Report;
        Assert.Equal((2, 0), (report.Count, report.Collisions));
        Assert.Equal(("+14158867900", "+334158867900"), (report.Samples[0].Number.ToString(), report.Samples[0].Becomes));
        Assert.Equal("+14158867900", host.Configuration.RulesFor(null).Normalize("4158867900")); // nothing has changed

        var version = host.Configuration.RulesVersion;
        ConfigTests.Shown(await host.Config.MergeAsync(Id, Some.Json("""{"default":{"e164_converters":{"^(\\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})$":{"prefix":"+33"}}}}"""), true, Ct));
        Assert.Equal("+334158867900", host.Configuration.RulesFor(null).Normalize("4158867900"));
        Assert.Equal(version + 1, host.Configuration.RulesVersion);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_narrower_reconcile_expression_orphans_what_it_no_longer_finds(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await StoreAsync(host, "+14158867900", "+442071838750");

        var outcome = await host.Config.MergeAsync(Id, Some.Json("""{"default":{"reconcile_regex":"^\\+1\\d{10}$"}}"""), false, Ct);

        var report = Assert.IsType<ConfigOutcome.WouldOrphanNumbers>(outcome).Report;
        Assert.Equal(1, report.Count);
        Assert.Equal(("+442071838750", null), (report.Samples[0].Number.ToString(), report.Samples[0].Becomes));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task National_forms_that_the_old_rules_knew_count_too(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await host.Config.MergeAsync(Id, Some.Json("""{"default":{"e164_converters":{"^0([1-9]\\d{8})$":{"prefix":"+33"}},"reconcile_regex":"^\\+\\d{7,}$"}}"""), false, Ct);
        await StoreAsync(host, "+33123456789");

        var gone = await host.Config.MergeAsync(Id, Some.Json("""{"default":{"e164_converters":{"^0([1-9]\\d{8})$":null}}}"""), false, Ct);
        var harmless = await host.Config.MergeAsync(Id, Some.Json("""{"default":{"e164_converters":{"^77(\\d+)$":{"prefix":"+77"}}}}"""), false, Ct);

        Assert.Equal("0123456789", Assert.IsType<ConfigOutcome.WouldOrphanNumbers>(gone).Report.Samples[0].Spelling);
        Assert.IsType<ConfigOutcome.Shown>(harmless);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Numbers_that_would_get_a_name_that_is_taken_are_counted_as_collisions(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await StoreAsync(host, "+14158867900", "+334158867900", "+24158867900");

        // 4158867900 and 24158867900 would both become +334158867900, which is stored as well.
        var outcome = await host.Config.MergeAsync(
            Id, Some.Json("""{"default":{"e164_converters":{"^(\\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})$":{"prefix":"+33"},"^2(4158867900)$":{"prefix":"+33"},"^[2-9]\\d{7,}$":null}}}"""), false, Ct);

        var report = Assert.IsType<ConfigOutcome.WouldOrphanNumbers>(outcome).Report;
        Assert.Equal(3, report.Count); // 334158867900 leads nowhere any more
        Assert.Equal(2, report.Collisions);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_accounts_rules_concern_its_own_numbers_and_those_it_is_the_reseller_of(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var reseller = await host.CreateAccountAsync("Reseller");
        await host.Accounts.SetResellerAsync(host.Admin, reseller, true, Ct);
        var (customer, other) = (await host.CreateAccountAsync("Customer", reseller), await host.CreateAccountAsync("Other"));
        await host.Db.CreateAsync(
        [
            Storage.Some.Record(PhoneNumber.Parse("+14158867900"), NumberState.InService, customer),
            Storage.Some.Record(PhoneNumber.Parse("+14158867901"), NumberState.InService, other),
        ]);
        var wish = """{"e164_converters":{"^0([1-9]\\d{8})$":{"prefix":"+33"}}}""";

        var byReseller = await host.Config.ReplaceAccountAsync(reseller, Id, Some.Json(wish), false, Ct);
        var byStranger = await host.Config.ReplaceAccountAsync(await host.CreateAccountAsync("Empty"), Id, Some.Json(wish), false, Ct);

        Assert.Equal("+14158867900", Assert.Single(Assert.IsType<ConfigOutcome.WouldOrphanNumbers>(byReseller).Report.Samples).Number.ToString());
        Assert.IsType<ConfigOutcome.Shown>(byStranger);
        Assert.IsType<ConfigOutcome.Shown>(await host.Config.ReplaceAccountAsync(reseller, Id, Some.Json(wish), true, Ct));
        Assert.IsType<ConfigOutcome.Shown>(await host.Config.ResetAccountAsync(reseller, Id, false, Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_zones_section_and_an_erased_document_are_looked_at_as_well(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await StoreAsync(host, "+14158867900");

        var zone = await host.Config.MergeAsync(Id, Some.Json("""{"zone-east":{"reconcile_regex":"^\\+44"}}"""), false, Ct);
        Assert.IsType<ConfigOutcome.WouldOrphanNumbers>(zone);

        await host.Config.MergeAsync(Id, Some.Json("""{"default":{"e164_converters":{"^7(\\d{4})$":{"prefix":"+1415886"}}}}"""), false, Ct);
        await StoreAsync(host, "+14158865555");
        Assert.IsType<ConfigOutcome.WouldOrphanNumbers>(await host.Config.MergeAsync(Id, Some.Json("""{"default":{"e164_converters":null,"reconcile_regex":"^x"}}"""), false, Ct));
        Assert.IsType<ConfigOutcome.Shown>(await host.Config.DeleteAsync(Id, true, Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_stored_while_the_others_are_looked_at_is_not_missed(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await StoreAsync(host, "+442071838750");
        var scan = new InterruptedScan(new StoredNumberScan(host.Db.Database), () => StoreAsync(host, "+14158867900"));
        var config = new ConfigOperation(host.Db.Database, host.Directories, new ConfigSecrets(host.Secrets), scan, host.Clock);

        var outcome = await config.MergeAsync(Id, Some.Json("""{"default":{"reconcile_regex":"^\\+44"}}"""), false, Ct);

        Assert.True(scan.Interrupted);
        Assert.Equal("+14158867900", Assert.Single(Assert.IsType<ConfigOutcome.WouldOrphanNumbers>(outcome).Report.Samples).Number.ToString());
        Assert.True(host.Configuration.RulesFor(null).IsReconcilable("+14158867900"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_decided_under_the_old_rules_is_refused_afterwards(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var version = host.Configuration.RulesVersion;

        await host.Config.MergeAsync(Id, Some.Json("""{"default":{"reconcile_regex":"^\\+44"}}"""), false, Ct);

        NumberChange[] change = [Storage.Some.Creation(Storage.Some.Record(PhoneNumber.Parse("+14158867900")))];
        await Assert.ThrowsAsync<RulesChangedException>(() => host.Db.Numbers.ApplyAsync(change, version, WriteLane.Foreground, Ct));
        await host.Db.Numbers.ApplyAsync(change, host.Configuration.RulesVersion, WriteLane.Foreground, Ct);
    }

    [Fact]
    public async Task More_numbers_than_a_page_are_all_seen_once()
    {
        await using var host = await IdentityHost.StartAsync(DatabaseKind.Sqlite);
        await host.Db.CreateAsync(Enumerable.Range(0, (2 * StoredNumberScan.PageRows) + 1).Select(i => Storage.Some.Record(Storage.Some.Number(i))));

        var seen = new List<PhoneNumber>();
        await foreach (var number in new StoredNumberScan(host.Db.Database).NumbersAsync(null, Ct)) seen.Add(number);

        Assert.Equal((2 * StoredNumberScan.PageRows) + 1, seen.Distinct().Count());
        Assert.Equal(seen.Distinct().Count(), seen.Count);
    }

    private static Task<List<NumberRecord>> StoreAsync(IdentityHost host, params string[] numbers) =>
        host.Db.CreateAsync(numbers.Select(number => Storage.Some.Record(PhoneNumber.Parse(number))));

    /// <summary>Writes a number when all have been shown, as a buyer in another process would.</summary>
    private sealed class InterruptedScan(INumberScan inner, Func<Task> interrupt) : INumberScan
    {
        public bool Interrupted { get; private set; }

        public async IAsyncEnumerable<PhoneNumber> NumbersAsync(AccountId? scope, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
        {
            await foreach (var number in inner.NumbersAsync(scope, ct)) yield return number;
            await interrupt();
            Interrupted = true;
        }

        public Task<IReadOnlyCollection<string>> ExistingAsync(IReadOnlyCollection<string> numbers, CancellationToken ct) => inner.ExistingAsync(numbers, ct);
    }
}
