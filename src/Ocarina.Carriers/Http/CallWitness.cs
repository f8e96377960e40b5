using System.Globalization;

namespace Ocarina.Carriers.Http;

/// <summary>Sees what one call of a module sends, whatever the module makes of it: an exception after a write has another meaning than one before it.</summary>
internal sealed class CallWitness
{
    private const int NotesMax = 20;

    private static readonly AsyncLocal<CallWitness?> Ambient = new();

    private readonly Lock _lock = new();
    private readonly List<string> _notes = [];

    /// <summary>The witness of the call that the current flow of control belongs to.</summary>
    public static CallWitness? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>True when a write went out, answered or not.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Short notes of what was seen, without secrets.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_lock) return [.. _notes];
        }
    }

    public void Wrote()
    {
        lock (_lock) HasWritten = true;
    }

    public void Saw(string operation, string outcome, long elapsedMs)
    {
        lock (_lock)
            if (_notes.Count < NotesMax) _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{operation} {outcome} {elapsedMs} ms"));
    }
}
