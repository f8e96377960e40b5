using System.Text.Json.Nodes;

namespace Ocarina.Core.Normalization;

/// <summary>One member of a rule set, as it was found.</summary>
/// <param name="Path">Where it stands in the section.</param>
/// <param name="Name">Name of the member: a regular expression, or the name of a class.</param>
/// <param name="Members">Its members.</param>
internal sealed record RuleEntry(string Path, string Name, JsonObject Members);
