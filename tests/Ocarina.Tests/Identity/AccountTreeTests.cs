using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Identity;

public sealed class AccountTreeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Listings_show_the_tree_by_name(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var b = await host.CreateAccountAsync("b");
        var a = await host.CreateAccountAsync("a");
        var below = await host.CreateAccountAsync("below b", b);
        var deep = await host.CreateAccountAsync("deep", below);

        Assert.Equal([("a", 0), ("b", 2)], host.Accounts.ChildrenOf(host.MasterAccount).Select(row => (row.Node.Name, row.DescendantsCount)));
        Assert.Equal(["a", "b", "below b", "deep"], host.Accounts.DescendantsOf(host.MasterAccount).Select(row => row.Node.Name));
        Assert.Equal([b], host.Accounts.SiblingsOf(a).Select(row => row.Node.Id));
        Assert.Empty(host.Accounts.SiblingsOf(host.MasterAccount));
        Assert.Equal([host.MasterAccount, b, below], host.Accounts.ParentsOf(deep).Select(node => node.Id));
        Assert.Empty(host.Accounts.ChildrenOf(deep));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Above_and_below_and_the_reseller_follow_the_tree(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var reseller = await host.CreateAccountAsync("Reseller");
        var customer = await host.CreateAccountAsync("Customer", reseller);
        var stranger = await host.CreateAccountAsync("Stranger");
        await host.Accounts.SetResellerAsync(host.Admin, reseller, true, Ct);
        IAccountTree tree = host.Directories.Accounts;

        Assert.True(tree.IsAbove(reseller, customer));
        Assert.True(tree.IsAbove(customer, customer));
        Assert.False(tree.IsAbove(customer, reseller));
        Assert.False(tree.IsAbove(stranger, customer));
        Assert.True(tree.IsAdmin(host.Admin));
        Assert.False(tree.IsAdmin(Actor.Of(reseller)));
        Assert.Equal(reseller, tree.ResellerOf(customer));
        Assert.Equal(host.MasterAccount, tree.ResellerOf(reseller));
        Assert.Equal(host.MasterAccount, tree.ResellerOf(host.MasterAccount));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_move_takes_everything_below_along(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var from = await host.CreateAccountAsync("From");
        var to = await host.CreateAccountAsync("To");
        var moved = await host.CreateAccountAsync("Moved", from);
        var deep = await host.CreateAccountAsync("Deep", moved);
        await using var other = await host.AnotherAsync();
        var rules = host.Configuration.RulesVersion;

        Assert.IsType<AccountOutcome.Forbidden>(await host.Accounts.MoveAsync(Actor.Of(from), moved, to.ToString(), Ct));
        Assert.IsType<AccountOutcome.IsMaster>(await host.Accounts.MoveAsync(host.Admin, host.MasterAccount, to.ToString(), Ct));
        Assert.IsType<AccountOutcome.Invalid>(await host.Accounts.MoveAsync(host.Admin, moved, deep.ToString(), Ct));
        Assert.IsType<AccountOutcome.Invalid>(await host.Accounts.MoveAsync(host.Admin, moved, moved.ToString(), Ct));
        Assert.IsType<AccountOutcome.Invalid>(await host.Accounts.MoveAsync(host.Admin, moved, "nonsense", Ct));
        Assert.IsType<AccountOutcome.Invalid>(await host.Accounts.MoveAsync(host.Admin, moved, null, Ct));
        Assert.IsType<AccountOutcome.Done>(await host.Accounts.MoveAsync(host.Admin, moved, to.ToString(), Ct));

        Assert.True(host.Configuration.RulesVersion > rules); // another reseller's rules may apply: writers of numbers decide again
        await other.Directories.RefreshAsync(Ct); // incremental: only what was written since
        foreach (var tree in new[] { host.Directories.Accounts, other.Directories.Accounts })
        {
            Assert.Equal([host.MasterAccount, to, moved], tree.Find(deep)!.Ancestors);
            Assert.Empty(tree.ChildrenOf(from));
            Assert.Equal(["Deep", "Moved"], tree.DescendantsOf(to).Select(node => node.Name));
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Flags_are_the_admins_to_give_and_the_master_keeps_its_own(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var id = await host.CreateAccountAsync("One");

        Assert.IsType<AccountOutcome.Forbidden>(await host.Accounts.SetResellerAsync(Actor.Of(id), id, true, Ct));
        Assert.IsType<AccountOutcome.Forbidden>(await host.Accounts.SetSuperDuperAsync(Actor.Of(id), id, true, Ct));
        Assert.IsType<AccountOutcome.IsMaster>(await host.Accounts.SetResellerAsync(host.Admin, host.MasterAccount, false, Ct));
        Assert.IsType<AccountOutcome.IsMaster>(await host.Accounts.SetSuperDuperAsync(host.Admin, host.MasterAccount, false, Ct));

        await host.Accounts.SetResellerAsync(host.Admin, id, true, Ct);
        Assert.True(host.Directories.Accounts.Find(id)!.IsReseller);
        await host.Accounts.SetResellerAsync(host.Admin, id, false, Ct);
        Assert.False(host.Directories.Accounts.Find(id)!.IsReseller);
        await host.Accounts.SetSuperDuperAsync(host.Admin, id, true, Ct);
        Assert.True(host.Directories.Accounts.IsAdmin(Actor.Of(id)));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Two_accounts_can_swap_names_and_another_process_sees_both(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var (a, b) = (await host.CreateAccountAsync("Alpha"), await host.CreateAccountAsync("Beta"));
        await using var other = await host.AnotherAsync();

        foreach (var (id, name) in new[] { (a, "Gamma"), (b, "Alpha"), (a, "Beta") })
            Assert.IsType<AccountOutcome.Done>(await host.Accounts.MergeAsync(host.Admin, id, new JsonObject { ["name"] = name }, null, Ct));
        await other.Directories.RefreshAsync(Ct);

        Assert.Equal(b, other.Directories.Accounts.FindByName("alpha")!.Node.Id);
        Assert.Equal(a, other.Directories.Accounts.FindByName("BETA")!.Node.Id);
        Assert.Null(other.Directories.Accounts.FindByName("gamma"));
        Assert.Equal(3, other.Directories.Accounts.Snapshot.Count);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Nothing_can_be_created_below_an_account_that_is_gone(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var id = await host.CreateAccountAsync("One");
        await using var other = await host.AnotherAsync(); // still believes in it
        await host.Accounts.DeleteAsync(host.Admin, id, Ct);

        var outcome = await other.Accounts.CreateAsync(host.Admin, id, new JsonObject { ["name"] = "Two" }, Ct);

        Assert.Equal(id.ToString(), Assert.IsType<AccountOutcome.NotFound>(outcome).Id);
    }
}
