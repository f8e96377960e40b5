using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ocarina.Server.Crossbar.Validation;

/// <summary>Kinds of JSON values a field may hold.</summary>
internal enum FieldKind
{
    Any,
    Text,
    Integer,
    Number,
    Flag,
    List,
    Object,
}

/// <summary>What one field of a document must be like. Made by the methods below, refined with <c>with</c>.</summary>
internal sealed record FieldRule(FieldKind Kind)
{
    /// <summary>The field must be there.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Written into the document when the field is absent, on PUT and POST (`http-api.md` 1.11).</summary>
    public JsonNode? Default { get; init; }

    /// <summary>Fewest and most characters of a text, or items of a list.</summary>
    public (int Min, int? Max) Length { get; init; }

    /// <summary>Smallest and largest number, both inclusive.</summary>
    public (long? Min, long? Max) Range { get; init; }

    /// <summary>A pattern that a text must match. Ours, never a client's.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>The only texts allowed.</summary>
    public ImmutableArray<string> OneOf { get; init; }

    /// <summary>Rule for each item of a list.</summary>
    public FieldRule? Items { get; init; }

    /// <summary>True when no item may come twice.</summary>
    public bool IsSet { get; init; }

    /// <summary>Rules for the members of an object.</summary>
    public DocumentRules? Members { get; init; }

    /// <summary>What it means, for the published description of the API.</summary>
    public string? Meaning { get; init; }

    public FieldRule About(string meaning) => this with { Meaning = meaning };

    public FieldRule Required() => this with { IsRequired = true };

    public FieldRule OrElse(JsonNode value) => this with { Default = value };

    public static FieldRule Any() => new(FieldKind.Any);

    public static FieldRule Text(int min = 0, int? max = null) => new(FieldKind.Text) { Length = (min, max) };

    public static FieldRule Matching(Regex pattern, int min = 0, int? max = null) => Text(min, max) with { Pattern = pattern };

    public static FieldRule Choice(params ImmutableArray<string> allowed) => new(FieldKind.Text) { OneOf = allowed };

    public static FieldRule Integer(long? min = null, long? max = null) => new(FieldKind.Integer) { Range = (min, max) };

    public static FieldRule Number() => new(FieldKind.Number);

    public static FieldRule Flag() => new(FieldKind.Flag);

    public static FieldRule List(FieldRule? items = null, int min = 0, int? max = null) => new(FieldKind.List) { Items = items, Length = (min, max) };

    public static FieldRule Object(DocumentRules? members = null) => new(FieldKind.Object) { Members = members };
}
