using System.Text.Json.Nodes;
using Ocarina.Core;

namespace Ocarina.Manager.Features;

/// <summary>What an order for a feature wants; kept with the order.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Wanted">The settings to set up; empty to take the feature away.</param>
/// <param name="Current">The settings that were set up when the order was written.</param>
/// <param name="Write">What goes on the number when the provider has done it; none when the number was written before.</param>
/// <param name="Restores">True when nobody asked for it: what the number shows (<paramref name="Current"/>) is to be at the provider again.</param>
internal sealed record FeatureWish(string Feature, DocumentText Wanted, DocumentText Current, FieldWrite? Write, bool Restores = false)
{
    internal bool IsRemoval => Wanted.IsEmpty;

    /// <summary>True when the number says already what the provider is to do: then a refusal changes nothing about that, and ends nothing.</summary>
    internal bool IsOwed => IsRemoval || Restores;

    internal DocumentText ToDocument()
    {
        var json = new JsonObject { ["feature"] = Feature };
        if (!Wanted.IsEmpty) json["wanted"] = Wanted.ToObject();
        if (!Current.IsEmpty) json["current"] = Current.ToObject();
        if (Write is { } write)
        {
            json["fields"] = write.Fields.ToObject();
            json["merges"] = write.Merges;
        }

        if (Restores) json["restores"] = true;
        return DocumentText.From(json);
    }

    /// <summary>Reads what <see cref="ToDocument"/> wrote.</summary>
    internal static FeatureWish Read(DocumentText document)
    {
        var json = document.ToObject();
        return new FeatureWish(
            (string?)json["feature"] ?? "", Part("wanted") ?? default, Part("current") ?? default,
            Part("fields") is { } fields ? new FieldWrite(fields, (bool?)json["merges"] ?? true) : null,
            (bool?)json["restores"] ?? false);

        DocumentText? Part(string name) => json[name] is JsonObject part ? DocumentText.From(part) : null;
    }
}

/// <summary>A change of public fields: the request, to be carried out on the number as it stands then.</summary>
/// <param name="Fields">As the request gave them, sanitised.</param>
/// <param name="Merges">True merges, false replaces everything.</param>
internal sealed record FieldWrite(DocumentText Fields, bool Merges);
