using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Storage;
using Ocarina.Tests.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Features;

/// <summary>Changes, moves, releases and other providers at once, while providers refuse, lose and break: in the end each number shows what is there, and nothing else is.</summary>
public sealed class FeatureChaosTests
{
    private static readonly CarrierName Dash = CarrierName.Parse("dash_e911");
    private static readonly CarrierName Telnyx = CarrierName.Parse("telnyx_e911");

    public static TheoryData<DatabaseKind, int> Seeds => new(TestDatabases.Both.SelectMany(kind => Enumerable.Range(1, 12).Select(seed => (kind.Data, seed))));

    [Theory, MemberData(nameof(Seeds))]
    public async Task Whatever_goes_wrong_each_number_shows_what_is_there_in_the_end(DatabaseKind kind, int seed)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        await lab.SetAsync("number_manager", """{"should_age":false}""");
        var providers = new[] { new ScriptedProvider { Name = Dash }, new ScriptedProvider { Name = Telnyx } };
        var processes = new[] { Process(), Process() };
        var random = new Random(seed);
        foreach (var provider in providers) Spoil(provider, random);
        PhoneNumber[] numbers = [await lab.OwnedAsync(), await lab.OwnedAsync()];

        for (var step = 0; step < 30; step++)
        {
            var deeds = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Deed(numbers[random.Next(2)], processes[random.Next(2)], random.Next(12), random.Next(1, 99))).ToList();
            await Task.WhenAll(deeds.Select(deed => Task.Run(deed)));
            if (random.Next(3) == 0) await lab.PassAsync(random.Next(1, 40), step: 10, processes[random.Next(2)]);
            else lab.Later(random.Next(1, 1500) / 1000.0);
        }

        foreach (var provider in providers)
        {
            provider.Applies.Clear();
            provider.Removes.Clear();
        }

        await lab.PassAsync(7200, step: 60, processes[0]);
        while (processes.Any(process => process.Turns.Count > 0)) await Task.Delay(1, OrderLab.Ct);
        await lab.PassAsync(1200, step: 60, processes[1]);

        foreach (var number in numbers)
        {
            var record = (await lab.NumberAsync(number))!; // none is erased
            var orders = await lab.FeatureOrdersAsync(number);
            var shown = record.Features.ToObject()["e911"];
            var there = providers.Where(provider => provider.Located.ContainsKey(number)).Select(provider => $"{provider.Name} {provider.Located[number]}");
            var told = $"shown: {shown?.ToJsonString()}\nthere: {string.Join(", ", there)}\n"
                + string.Join('\n', orders.Select(order => $"{order.Id} {order.Carrier} {order.Account} {order.Phase} {order.Error} {order.Attempts} {order.Data.Request}"));
            Assert.True(orders.All(order => !order.IsOpen), told);
            Assert.True(there.SequenceEqual(shown is null ? [] : [$"{shown["provider"]} {shown["street_address"]}"]), told);
            Assert.Equal((string?)shown?["street_address"], (string?)record.PublicFields.ToObject()["e911"]?["street_address"]);
        }

        foreach (var process in processes) process.Turns.Dispose();

        OrderProcess Process() => new(lab.Host, lab.Carrier, new Providers(providers));

        Func<Task> Deed(PhoneNumber number, OrderProcess process, int which, int house)
        {
            string[] texts = [number.ToString()];
            var owner = house % 2 == 0 ? lab.Alice : lab.Bob;
            var address = new JsonObject { ["e911"] = ScriptedProvider.Address($"{house} Blake Street") };
            return which switch
            {
                < 4 => () => process.Update.RunAsync(lab.Admin, lab.Host.MasterAccount, texts, address, merge: true, null, OrderLab.Ct),
                4 => () => process.Update.RunAsync(lab.Admin, lab.Host.MasterAccount, texts, address, merge: false, null, OrderLab.Ct),
                5 or 6 => () => process.Update.RunAsync(lab.Admin, lab.Host.MasterAccount, texts, JsonNode.Parse("""{"e911":null}""")!.AsObject(), merge: true, null, OrderLab.Ct),
                7 => () => process.Release.RunAsync(lab.Admin, lab.Host.MasterAccount, texts, hard: false, null, null, OrderLab.Ct),
                8 or 9 => () => process.Activate.RunAsync(lab.Admin, owner, texts, null, OrderLab.Ct),
                10 => () => process.Activate.RunAsync(lab.Admin, owner, texts, address, OrderLab.Ct),
                _ => () => ChooseAsync(lab, house % 2 == 0 ? Dash : Telnyx),
            };
        }
    }

    private static async Task ChooseAsync(OrderLab lab, CarrierName provider)
    {
        await lab.SetAsync("number_manager", $$"""{"e911_provider":"{{provider}}"}""");
        await lab.Host.Directories.RefreshAsync(OrderLab.Ct);
    }

    // Some of it is done and the answer lost, some refused, some broken.
    private static void Spoil(ScriptedProvider provider, Random random)
    {
        for (var i = 0; i < 200; i++)
        {
            provider.Applies.Enqueue(Spoiled(random.Next(9), order => provider.SetUp(order)));
            provider.Removes.Enqueue(Spoiled(random.Next(9), order => provider.TakeAway(order)));
        }
    }

    private static ScriptedProvider.Answer Spoiled(int how, Func<FeatureOrder, CarrierOutcome> carryOut) => async (order, _, ct) =>
    {
        await Task.Yield();
        switch (how)
        {
            case 0: return await ScriptedProvider.Lose();
            case 1: return await ScriptedProvider.Refuse(CarrierErrorKind.InvalidRequest, "no");
            case 2: return await ScriptedProvider.Refuse(CarrierErrorKind.Unreachable, "connection_refused");
            case 3: throw new InvalidOperationException("a fault of the module");
        }

        var done = carryOut(order);
        await Task.Delay(1, ct);
        return how < 6 ? await ScriptedProvider.Lose() : done;
    };

    private sealed class Providers(IReadOnlyList<ScriptedProvider> all) : IFeatureProviders
    {
        public IFeatureProvider? Find(CarrierName name) => all.FirstOrDefault(provider => provider.Name == name);
    }
}
