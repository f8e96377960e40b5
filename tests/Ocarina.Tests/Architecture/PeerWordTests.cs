using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Architecture;

/// <summary>Kazoo's own documents use words that ours must know: what cannot be read cannot be migrated.</summary>
[Trait("Category", "Shared")]
public sealed class PeerWordTests
{
    private const string Numbers = "fixtures/kazoo-documents/numbers";

    [Fact]
    public void Every_state_of_the_peers_schema_is_a_state_here()
    {
        var schema = JsonNode.Parse(SharedData.Read("fixtures/kazoo-schemas/phone_numbers.json"));

        var states = schema?["properties"]?["create_with_state"]?["enum"]?.AsArray().Select(state => (string?)state).ToList();

        Assert.NotNull(states);
        Assert.Equal(9, states.Count);
        Assert.All(states, state => Assert.True(NumberStates.TryParse(state, out _), state));
    }

    [Fact]
    public void Every_stored_document_of_the_peer_has_a_number_a_state_and_a_carrier_we_can_read()
    {
        var files = SharedData.Files(Numbers, "*.json");

        Assert.True(files.Count >= 29, $"only {files.Count} documents");
        Assert.All(files, file =>
        {
            var document = JsonNode.Parse(SharedData.Read($"{Numbers}/{file}"))!.AsObject(); // a fixture is an object
            Assert.True(PhoneNumber.TryParse((string?)document["_id"], out var number), file);
            Assert.NotNull(number.PackedKey());
            Assert.True(NumberStates.TryParse((string?)document["pvt_state"] ?? (string?)document["pvt_number_state"], out _), file);
            Assert.DoesNotContain("nm_", CarrierName.Parse((string?)document["pvt_module_name"]).ToString(), StringComparison.Ordinal);
        });
    }
}
