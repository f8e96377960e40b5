using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Orders;
using Xunit;

namespace Ocarina.Tests.Features;

/// <summary>Short words for what tests of features do with an <see cref="OrderLab"/>.</summary>
internal static class FeatureLab
{
    /// <summary>A number that Alice has, with these fields.</summary>
    public static async Task<PhoneNumber> OwnedAsync(this OrderLab lab, JsonObject? fields = null)
    {
        var number = lab.Fresh();
        var outcome = await lab.One.Create.RunAsync(lab.Admin, lab.Alice, [number.ToString()], WithCarrier(fields ?? []), NumberState.InService, OrderLab.Ct);
        Assert.IsType<NumberResult.Done>(Assert.Single(Assert.IsType<BatchOutcome.Finished>(outcome).Results));
        return number;
    }

    /// <summary>A number that Alice has with an emergency address that is set up.</summary>
    public static async Task<PhoneNumber> LocatedAsync(this OrderLab lab)
    {
        var number = await lab.OwnedAsync();
        Assert.IsType<NumberResult.Done>(await lab.PatchAsync(number, Address()));
        Assert.True(lab.Provider.Located.ContainsKey(number));
        lab.Later(1); // orders sort by their making
        return number;
    }

    public static Task<NumberResult> PatchAsync(this OrderLab lab, PhoneNumber number, JsonObject fields, OrderProcess? process = null) => lab.UpdateAsync(number, fields, true, process);

    public static async Task<NumberResult> UpdateAsync(this OrderLab lab, PhoneNumber number, JsonObject fields, bool merge, OrderProcess? process = null)
    {
        var outcome = await (process ?? lab.One).Update.RunAsync(Actor.Of(lab.Alice), lab.Alice, [number.ToString()], fields, merge, null, OrderLab.Ct);
        return Assert.Single(Assert.IsType<BatchOutcome.Finished>(outcome).Results);
    }

    /// <summary>Fields with an emergency address.</summary>
    public static JsonObject Address(string street = "1855 Blake Street") => new() { ["e911"] = ScriptedProvider.Address(street) };

    /// <summary>The names of the number's active features.</summary>
    public static async Task<string[]> FeaturesAsync(this OrderLab lab, PhoneNumber number) =>
        (await lab.NumberAsync(number))?.Features.ToObject().Select(feature => feature.Key).ToArray() ?? [];

    public static async Task<JsonObject> FieldsAsync(this OrderLab lab, PhoneNumber number) => (await lab.NumberAsync(number))!.PublicFields.ToObject(); // asked of numbers that are there

    /// <summary>Orders for features of a number, oldest first.</summary>
    public static async Task<IReadOnlyList<OrderRow>> FeatureOrdersAsync(this OrderLab lab, PhoneNumber number) =>
        [.. (await lab.One.Orders.FindFeaturesAsync(number, 100, OrderLab.Ct)).Reverse()];

    /// <summary>What the provider was asked, in order.</summary>
    public static string[] Asked(this OrderLab lab) => [.. lab.Provider.Calls.Select(call => call.Call)];

    /// <summary>The messages that wait to be sent, oldest first.</summary>
    public static async Task<IReadOnlyList<(string Kind, JsonObject Payload)>> MessagesAsync(this OrderLab lab, PhoneNumber number) =>
        await lab.Host.Db.Database.ReadAsync(async (session, ct) =>
        {
            List<(string, JsonObject)> messages = [];
            await using var command = session.Cold("SELECT kind, payload FROM outbox WHERE number = $1 ORDER BY event, position", number.ToString());
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) messages.Add((reader.GetString(0), JsonNode.Parse(reader.GetString(1))!.AsObject())); // payloads are objects
            return messages;
        }, OrderLab.Ct);

    private static JsonObject WithCarrier(JsonObject fields)
    {
        fields["carrier_name"] = "inventory";
        return fields;
    }
}
