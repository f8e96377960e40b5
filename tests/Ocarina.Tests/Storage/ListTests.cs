using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Storage;

public sealed class ListTests
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Pages_follow_each_other_in_both_directions(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync(Enumerable.Range(0, 25).Select(i => Some.Record(Some.Number(i), NumberState.InService, i % 5 == 0 ? Some.Bob : Some.Alice)));
        var query = new NumberListQuery { Account = Some.Alice, PageSize = 8 };

        var up = await AllAsync(db, query);
        var down = await AllAsync(db, query with { Descending = true });

        Assert.Equal([8, 8, 4], up.Select(page => page.Rows.Count));
        Assert.Equal(Enumerable.Range(0, 25).Where(i => i % 5 != 0).Select(Some.Number), Numbers(up));
        Assert.Equal(Numbers(up).Reverse(), Numbers(down));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Every_filter_keeps_its_rows_and_all_must_hold(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var town = DocumentText.From(new JsonObject { ["city"] = "San Francisco", ["state"] = "CA" });
        await db.CreateAsync(
        [
            Some.Record(Some.Number(1), NumberState.InService, Some.Alice) with { UsedBy = "callflow", Created = Some.Time.AddDays(-2), Locality = town },
            Some.Record(Some.Number(2), NumberState.Reserved, Some.Alice) with { Features = Features("cnam", "e911") },
            Some.Record(Some.Number(3), NumberState.InService, Some.Bob) with { UsedBy = "trunkstore", Features = Features("cnam") },
            Some.Record(Some.Number(4)),
        ]);
        await db.WriteAsync(Some.Update((await db.LoadAsync(Some.Number(4)))!, row => row with { Region = "eu" }, Some.Time.AddDays(1))); // it was created above

        await Finds([1, 2, 3, 4], new NumberListQuery());
        await Finds([1, 2], new NumberListQuery { Account = Some.Alice });
        await Finds([1, 3], new NumberListQuery { States = [NumberState.InService] });
        await Finds([1, 2, 3], new NumberListQuery { States = [NumberState.InService, NumberState.Reserved] });
        await Finds([], new NumberListQuery { States = [NumberState.Deleted] });
        await Finds([1], new NumberListQuery { UsedBy = ["callflow", "mobile"] });
        await Finds([3], new NumberListQuery { AssignedTo = [Some.Bob, Some.Carol] });
        await Finds([], new NumberListQuery { Account = Some.Alice, AssignedTo = [Some.Bob] });
        await Finds([2, 3], new NumberListQuery { Features = ["cnam"] });
        await Finds([2], new NumberListQuery { Features = ["cnam", "e911"] });
        await Finds([1], new NumberListQuery { Localities = ["San Francisco"] });
        await Finds([1], new NumberListQuery { Localities = [town.ToString(), "x"] });
        await Finds([2, 3, 4], new NumberListQuery { CreatedFrom = Some.Time });
        await Finds([1], new NumberListQuery { CreatedTo = Some.Time.AddDays(-2) });
        await Finds([4], new NumberListQuery { ModifiedFrom = Some.Time.AddDays(1) });
        await Finds([1, 2, 3], new NumberListQuery { ModifiedTo = Some.Time });
        await Finds([3], new NumberListQuery { States = [NumberState.InService], Where = row => row.Account == Some.Bob });

        async Task Finds(int[] expected, NumberListQuery query) =>
            Assert.Equal(expected.Select(Some.Number), (await db.Numbers.ListAsync(query, Some.Ct)).Rows.Select(row => row.Number));

        static DocumentText Features(params string[] names) =>
            DocumentText.From(new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject()))));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_filter_on_rows_still_fills_its_pages_over_many_stretches(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync(Enumerable.Range(0, 2500).Select(i => Some.Record(Some.Number(i))));
        var rare = new NumberListQuery { PageSize = 2, Where = row => row.Number.ToString().EndsWith("500", StringComparison.Ordinal) };

        var pages = await AllAsync(db, rare);
        var everything = await db.Numbers.ListAsync(new NumberListQuery { PageSize = 2500 }, Some.Ct);

        Assert.Equal([Some.Number(500), Some.Number(1500)], Numbers(pages));
        Assert.Equal((2500, null), (everything.Rows.Count, everything.Next));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Numbers_of_the_accounts_below_are_counted_at_any_depth_and_no_others(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await AccountAsync(Some.Alice, null, $"/{Some.Alice}/");
        await AccountAsync(Some.Bob, Some.Alice, $"/{Some.Alice}/{Some.Bob}/");
        await AccountAsync(Some.Carol, Some.Bob, $"/{Some.Alice}/{Some.Bob}/{Some.Carol}/");
        AccountId?[] owners = [Some.Alice, Some.Bob, Some.Bob, Some.Carol, null];
        await db.CreateAsync(owners.Select((owner, i) => Some.Record(Some.Number(i), NumberState.InService, owner)));

        Assert.Equal(3, await db.Numbers.CountBelowAsync(Some.Alice, Some.Ct));
        Assert.Equal(1, await db.Numbers.CountBelowAsync(Some.Bob, Some.Ct));
        Assert.Equal(0, await db.Numbers.CountBelowAsync(Some.Carol, Some.Ct));

        Task AccountAsync(AccountId id, AccountId? parent, string path) => db.ExecuteAsync(
            "INSERT INTO accounts (id, parent_id, path, name, name_key, realm, document, created, modified, revision, version) "
            + "VALUES (@id, @parent, @path, @id, @id, @id, '{}', 0, 0, 1, 1)", new { id = id.ToString(), parent = parent?.ToString(), path });
    }

    private static async Task<List<NumberPage>> AllAsync(TestDatabase db, NumberListQuery query)
    {
        List<NumberPage> pages = [];
        for (NumberPage? page = null; page is null || page.Next is not null; pages.Add(page))
            page = await db.Numbers.ListAsync(query with { StartAt = page?.Next }, Some.Ct);
        return pages;
    }

    private static IEnumerable<PhoneNumber> Numbers(IEnumerable<NumberPage> pages) => pages.SelectMany(page => page.Rows).Select(row => row.Number);
}
