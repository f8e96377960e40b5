using System.Globalization;
using System.Text;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>kill -9 in the middle of an import: every row that was answered is there, every row that is there is whole, and the repeated import ends as if nothing had happened.</summary>
[Trait("Category", "Slow")]
public sealed class KillImportTests
{
    private const int RowsCount = 2000;
    private const string UndisturbedArea = "201";

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task What_an_import_answered_survives_kill_9_and_the_repeated_import_ends_as_an_undisturbed_one(DatabaseKind kind)
    {
        var seed = Seeds.Next();
        var random = new Random(seed);
        await using var market = await Market.OpenAsync(kind, Ct, buyers: 2);
        var server = market.Server;
        var first = await market.Master.ImportAsync(server.Address, File(market, UndisturbedArea), Ct);
        var undisturbed = await RawDatabase.NumbersAsync(server, "+1" + UndisturbedArea);
        Assert.Equal(RowsCount, first.Count);
        Assert.Equal(first.Count(answer => answer.Value == "created"), undisturbed.Count);

        var (answered, hidden) = (0, 0);
        for (var kill = 0; kill < Kills.Count; kill++)
        {
            var area = (300 + kill).ToString(CultureInfo.InvariantCulture);
            var expected = undisturbed.ToDictionary(row => InArea(row.Key, area), row => row.Value, StringComparer.Ordinal);
            var answers = await ImportUntilKilledAsync(market, area, random);
            await server.StartAsync();

            var stored = await RawDatabase.NumbersAsync(server, "+1" + area);
            MustBeFine(answers, stored);
            await market.MustBeSoundAsync(Ct);

            var again = await market.Master.ImportAsync(server.Address, File(market, area), Ct);
            Assert.All(first, answer =>
            {
                var number = InArea(answer.Key, area);
                var wanted = answer.Value != "created" ? answer.Value : stored.ContainsKey(number) ? "unchanged" : "created";
                Assert.Equal((number, wanted), (number, again[number]));
            });
            var after = await RawDatabase.NumbersAsync(server, "+1" + area);
            MustBeFine(again, after);
            Assert.Equal(expected.Count, after.Count);

            // The check sees what it must see: an answer to a row that was never written.
            var lost = after.Keys.First();
            stored.Remove(lost);
            answers[lost] = "created";
            Assert.NotEmpty(ImportCheck.Faults(answers, stored, expected));

            answered += answers.Count;
            hidden += after.Count - again.Count(answer => answer.Value == "created");

            void MustBeFine(Dictionary<string, string> told, Dictionary<string, RawNumber> rows)
            {
                var faults = ImportCheck.Faults(told, rows, expected);
                Assert.True(faults.Count == 0, $"OCARINA_SEED={seed}, kill {kill}:\n{string.Join('\n', faults.Take(20))}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills.Count} kills: {answered} rows answered and kept, {hidden} rows there after the kills");
        await market.MustBeSoundAsync(Ct);
        await MustExportAlikeAsync(market);
    }

    private static async Task<Dictionary<string, string>> ImportUntilKilledAsync(Market market, string area, Random random)
    {
        await using var stream = await ImportStream.OpenAsync(market.Server.Address, $"{market.Master.Numbers}/import", market.Master.Token, Ct);
        var killAt = random.Next(0, RowsCount - 1);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (killAt == 0) reached.SetResult();
        stream.OnAnswer = count =>
        {
            if (count >= killAt) reached.TrySetResult();
        };
        var importing = stream.RunUntilCutAsync(File(market, area), Ct);
        await Task.WhenAny(reached.Task, importing).WaitAsync(Patience.Max, Ct);
        Kills.Linger(random);
        await market.Server.KillAsync();
        await importing;
        return stream.Answers;
    }

    // What people and files see is the same for all areas, order and times aside.
    private static async Task MustExportAlikeAsync(Market market)
    {
        var byArea = (await market.Master.ExportAsync("", Ct)).GroupBy(row => row["e164"][2..5]).ToDictionary(
            area => area.Key,
            area => area.Select(row => string.Join('|', row.Where(cell => cell.Key is not ("created" or "modified"))
                .Select(cell => cell.Key == "e164" ? cell.Value[5..] : cell.Value))).Order(StringComparer.Ordinal).ToList());
        Assert.Equal(Kills.Count + 1, byArea.Count);
        Assert.All(byArea, area => Assert.Equal(byArea[UndisturbedArea], area.Value));
    }

    private static string InArea(string number, string area) => $"+1{area}{number[5..]}";

    // Stock, numbers in use with fields of several kinds, reserves, quarantined ones, and rows that fail.
    private static string File(Market market, string area)
    {
        var (alice, bob) = (market.Buyers[0].Account, market.Buyers[1].Account);
        var text = new StringBuilder("e164,state,carrier_module,account_id,used_by,prepend.enabled,prepend.name,force_outbound,opaque.crm.ref\n");
        for (var i = 0; i < RowsCount; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"+1{area}{5_550_000 + i}");
            text.AppendLine((i % 10) switch
            {
                0 => $",in_service,inventory,{alice},callflow,true,\"Sales, \"\"West\"\": \",,K-{i}",
                1 => $",in_service,local,{bob},,,,true,",
                2 => $",reserved,inventory,{bob},,,,,R-{i}",
                3 => ",aging,inventory,,,,,,",
                4 => ",available,no_such_carrier,,,,,,",
                5 => ",available,,,,,,,",
                _ => ",available,inventory,,,,,,",
            });
        }

        return text.ToString();
    }
}
