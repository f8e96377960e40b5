using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>Reads typed values out of a section; what cannot be read counts as not set, for the validator has named it.</summary>
internal readonly struct SectionReader(JsonObject section)
{
    public string? Text(string key, string? alias = null) => ConfigValues.TryText(Node(key, alias), out var text) ? text : null;

    public bool Flag(string key, bool otherwise, string? alias = null) => ConfigValues.TryFlag(Node(key, alias), out var flag) ? flag : otherwise;

    public int Integer(string key, int otherwise, int minimum) =>
        ConfigValues.TryInteger(section[key], out var number) && number >= minimum && number <= int.MaxValue ? (int)number : otherwise;

    public NumberState? State(string key, IReadOnlyList<NumberState> allowed) =>
        NumberStates.TryParse(Text(key), out var state) && allowed.Contains(state) ? state : null;

    private JsonNode? Node(string key, string? alias) => alias is not null && ConfigValues.IsAbsent(section[key]) ? section[alias] : section[key];
}
