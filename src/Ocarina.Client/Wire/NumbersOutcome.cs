using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ocarina.Client.Wire;

/// <summary>Why one number was refused (http-api.md 2.5, the shared object).</summary>
public sealed record NumberProblem
{
    /// <summary>HTTP status of this number.</summary>
    public int Code { get; set; }

    /// <summary>Name of the error: <c>not_available</c>, <c>number_exists</c> …</summary>
    public string Error { get; set; } = "";

    /// <summary>What caused it; text or a document.</summary>
    public JsonElement? Cause { get; set; }

    /// <summary>For people.</summary>
    public string Message { get; set; } = "";

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>A number and why it was refused.</summary>
/// <param name="Number">The number, as the server names it.</param>
/// <param name="Problem">The reason.</param>
public sealed record NumberFailure(string Number, NumberProblem Problem);

/// <summary>What became of a list of numbers, in the order of the reply. A batch may succeed in part (http-api.md 2.8).</summary>
/// <param name="Succeeded">The numbers that changed, as they are now.</param>
/// <param name="Failed">The numbers that did not, with the reason.</param>
public sealed record NumbersOutcome(IReadOnlyList<NumberDocument> Succeeded, IReadOnlyList<NumberFailure> Failed)
{
    /// <summary>The numbers that a carrier has still to decide about, as they are; <see cref="NumberReadOnly.Order"/> names the order.</summary>
    public IReadOnlyList<NumberDocument> Pending { get; init; } = [];

    /// <summary>Nothing happened.</summary>
    public static NumbersOutcome Empty { get; } = new([], []);
}
