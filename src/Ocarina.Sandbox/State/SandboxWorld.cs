using System.Text.Json.Nodes;
using Ocarina.Sandbox.Faults;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.State;

/// <summary>All that the carriers of one sandbox share.</summary>
internal sealed class SandboxWorld : IAsyncDisposable
{
    private const string Itself = "sandbox";

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Fact> _replayed = [];

    /// <summary>Opens the world of the options; a ledger in their folder brings its seed and scale with it.</summary>
    public SandboxWorld(SandboxOptions options)
    {
        if (FaultProfile.Find(options.Profile) is null) throw new ArgumentException($"There is no profile '{options.Profile}'.", nameof(options));
        Draws = new Draws(options.Seed);
        Book = Book.Open(options.DataFolder, Remember);
        if (_replayed.Count == 0) Book.Append(Beginning());
        Faults = new FaultEngine(Draws);
        Faults.Use(options.Profile);
    }

    /// <summary>The time.</summary>
    public SandboxClock Clock { get; } = new();

    /// <summary>Chance.</summary>
    public Draws Draws { get; private set; }

    /// <summary>Stock is multiplied by this. From 1 to 100.</summary>
    public int Scale { get; private set; } = 1;

    /// <summary>What every carrier accepts.</summary>
    public SandboxCredentials Credentials { get; } = new();

    /// <summary>Facts on disk.</summary>
    public Book Book { get; }

    /// <summary>Facts added up.</summary>
    public Ledger Ledger { get; } = new();

    /// <summary>Requests.</summary>
    public Journal Journal { get; } = new();

    /// <summary>What goes wrong on purpose.</summary>
    public FaultEngine Faults { get; }

    /// <summary>The carriers, once they are in.</summary>
    public IReadOnlyList<ISandboxCarrier> Carriers { get; private set; } = [];

    /// <summary>Cancelled when the sandbox stops; long waits end with it.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Now, by the clock of this world.</summary>
    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Moves the carriers in: each builds its stock, then gets its stored facts.</summary>
    public void Add(params IReadOnlyList<ISandboxCarrier> carriers)
    {
        Carriers = carriers;
        foreach (var carrier in carriers) carrier.Reset();
        foreach (var fact in _replayed) Carrier(fact.Carrier)?.Replay(fact);
        _replayed.Clear();
    }

    /// <summary>Writes down the facts of one change. Call it while holding the lock of the state they describe.</summary>
    public void Record(params IReadOnlyList<Fact> facts)
    {
        Book.Append(facts);
        foreach (var fact in facts) Ledger.Apply(fact);
    }

    /// <summary>The carrier of a name, or null.</summary>
    public ISandboxCarrier? Carrier(string name) => Carriers.FirstOrDefault(carrier => carrier.Name == name);

    /// <summary>Begins again with other stock. Not to be called while customers are at work.</summary>
    public async Task ResetAsync(int seed, int scale)
    {
        await Book.ClearAsync();
        (Draws, Scale) = (new Draws(seed), scale);
        Book.Append(Beginning());
        Ledger.Clear();
        Journal.Clear();
        Faults.Restart(Draws);
        foreach (var carrier in Carriers) carrier.Reset();
    }

    /// <summary>Ends the waits of late replies.</summary>
    public void Stop() => _stopping.Cancel();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Book.DisposeAsync();
        _stopping.Dispose();
    }

    private Fact Beginning() => new(Itself, "world", Now) { Data = new JsonObject { ["seed"] = Draws.Seed, ["scale"] = Scale } };

    private void Remember(IReadOnlyList<Fact> facts)
    {
        foreach (var fact in facts)
        {
            if (fact is { Carrier: Itself, Data: { } data })
                (Draws, Scale) = (new Draws((int?)data["seed"] ?? 1), (int?)data["scale"] ?? 1);
            Ledger.Apply(fact);
            _replayed.Add(fact);
        }
    }
}
