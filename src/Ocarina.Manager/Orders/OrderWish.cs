using System.Text.Json.Nodes;
using Ocarina.Core;

namespace Ocarina.Manager.Orders;

/// <summary>What a number shall become when it is bought; kept with its order.</summary>
/// <param name="State"><see cref="NumberState.InService"/>, <see cref="NumberState.Reserved"/>, or <see cref="NumberState.PortIn"/> when it is not bought but set up on its way in.</param>
/// <param name="Fields">Public fields to set; none sets none.</param>
internal sealed record OrderWish(NumberState State, JsonObject? Fields)
{
    internal DocumentText ToDocument()
    {
        var json = new JsonObject { ["state"] = State.Name() };
        if (Fields is not null) json["fields"] = Fields.DeepClone();
        return DocumentText.From(json);
    }

    /// <summary>Reads what <see cref="ToDocument"/> wrote; a surplus has no wish, and would go into service.</summary>
    internal static OrderWish Read(DocumentText document)
    {
        var json = document.ToObject();
        var isKnown = NumberStates.TryParse((string?)json["state"], out var state) && state is NumberState.Reserved or NumberState.PortIn;
        return new OrderWish(isKnown ? state : NumberState.InService, json["fields"]?.DeepClone() as JsonObject);
    }
}
