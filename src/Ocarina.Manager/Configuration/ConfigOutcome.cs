using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;

namespace Ocarina.Manager.Configuration;

/// <summary>How a call on a configuration document ended. Closed: nobody outside can add a case.</summary>
public abstract record ConfigOutcome
{
    private ConfigOutcome() { }

    /// <summary>The document or section as answered: filled where the interface fills it, secrets masked.</summary>
    /// <param name="Document">The reply's data; its receiver's to keep.</param>
    /// <param name="Revision">Revision of the stored document; none when nothing is stored.</param>
    /// <param name="Warnings">What was accepted but is doubtful.</param>
    public sealed record Shown(JsonObject Document, string? Revision, IReadOnlyList<ConfigProblem> Warnings) : ConfigOutcome;

    /// <summary>The body was refused; nothing has changed.</summary>
    public sealed record Invalid(IReadOnlyList<ConfigProblem> Problems) : ConfigOutcome;

    /// <summary>Nothing is stored under this id, so nothing can be erased.</summary>
    public sealed record NotStored(string Id) : ConfigOutcome;

    /// <summary>The document has no such section.</summary>
    public sealed record SectionMissing(string Section) : ConfigOutcome;

    /// <summary>The new number rules would make stored numbers unreachable; nothing has changed. The same call with force saves them all the same.</summary>
    public sealed record WouldOrphanNumbers(OrphanReport Report) : ConfigOutcome;
}
