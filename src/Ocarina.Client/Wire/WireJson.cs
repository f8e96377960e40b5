using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ocarina.Client.Wire;

/// <summary>Readers and writers of the wire records, made by the compiler: no reflection at start, nothing lost when trimmed.</summary>
/// <remarks>The records have setters, not init accessors: generated readers hand init-only members to a constructor, and one that is absent would lose its default.</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(NumberDocument))]
[JsonSerializable(typeof(NumberRow))]
[JsonSerializable(typeof(FoundNumber))]
[JsonSerializable(typeof(FoundOffer))]
[JsonSerializable(typeof(CarrierOutcome))]
[JsonSerializable(typeof(NumberClassification))]
[JsonSerializable(typeof(NumberEvent))]
[JsonSerializable(typeof(NumberProblem))]
[JsonSerializable(typeof(IReadOnlyList<Quote>))]
[JsonSerializable(typeof(OrderDocument))]
[JsonSerializable(typeof(PlanRow))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(Quote))]
[JsonSerializable(typeof(ServicesChange))]
[JsonSerializable(typeof(ChargeDocument))]
[JsonSerializable(typeof(ChargeDifference))]
[JsonSerializable(typeof(CarrierCostRow))]
[JsonSerializable(typeof(AccountBalance))]
[JsonSerializable(typeof(TopUpReply))]
[JsonSerializable(typeof(DeliveryDocument))]
[JsonSerializable(typeof(AccountRow))]
[JsonSerializable(typeof(AccountDocument))]
[JsonSerializable(typeof(LoginReply))]
[JsonSerializable(typeof(LedgerReport))]
public sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>How every JSON text of ours is written: a plus stays a plus.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a value; a record that lacks something is fine, one of another shape is not.</summary>
    /// <exception cref="JsonException">The value has another shape.</exception>
    internal static T Read<T>(JsonElement value, JsonTypeInfo<T> type) =>
        value.Deserialize(type) ?? throw new JsonException($"The reply holds no {typeof(T).Name}.");
}
