using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Storage.Rows;

/// <summary>What a carrier asks, in a column.</summary>
internal static class CarrierCosts
{
    internal static string? ToText(CarrierPrice? price) => price is null ? null : DocumentText.From(price.ToJson()).ToString();

    internal static CarrierPrice? FromText(string? text) => text is null ? null : CarrierPrice.Read(DocumentText.FromStorage(text).ToObject());
}
