using System.Globalization;
using System.IO.Enumeration;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Faults;

/// <summary>Which rule strikes which call. The first rule that matches and whose draw says yes wins; the profile's rules come last.</summary>
internal sealed class FaultEngine(Draws draws)
{
    private readonly Lock _lock = new();
    private readonly List<Armed> _rules = [];
    private List<Armed> _ofProfile = [];
    private FaultProfile _profile = FaultProfile.All[0];
    private Draws _draws = draws;
    private DrawStream _latency = draws.Stream("latency");
    private int _lastId;

    /// <summary>The rules of the control interface, with their counters.</summary>
    public IReadOnlyList<FaultRule> Rules
    {
        get { lock (_lock) return [.. _rules.Select(armed => armed.Shown)]; }
    }

    /// <summary>Name of the profile in force.</summary>
    public string Profile
    {
        get { lock (_lock) return _profile.Name; }
    }

    /// <summary>Takes a profile; its draws begin anew, from another seed if one is given. False: there is none of that name.</summary>
    public bool Use(string profile, int? seed = null)
    {
        if (FaultProfile.Find(profile) is not { } found) return false;
        lock (_lock)
        {
            if (seed is { } other) _draws = new Draws(other);
            _profile = found;
            _ofProfile = [.. found.Rules.Select((rule, at) => Arm(rule with { Id = $"{found.Name}-{at + 1}" }))];
            _latency = _draws.Stream("latency");
        }

        return true;
    }

    /// <summary>Begins all draws anew, from another seed; rules of the control interface go.</summary>
    public void Restart(Draws fresh)
    {
        string profile;
        lock (_lock)
        {
            _draws = fresh;
            _rules.Clear();
            _lastId = 0;
            profile = _profile.Name;
        }

        Use(profile);
    }


    /// <summary>Adds a rule behind the others; answers its id.</summary>
    public string Add(FaultRule rule)
    {
        lock (_lock)
        {
            var id = rule.Id ?? "f" + (++_lastId).ToString(CultureInfo.InvariantCulture);
            _rules.RemoveAll(armed => armed.Rule.Id == id);
            _rules.Add(Arm(rule with { Id = id }));
            return id;
        }
    }

    /// <summary>Removes one rule, or with null all of them; answers how many went.</summary>
    public int Remove(string? id)
    {
        lock (_lock) return _rules.RemoveAll(armed => id is null || armed.Rule.Id == id);
    }

    /// <summary>What shall go wrong with this call, or null.</summary>
    public FaultRule? Decide(SandboxCall call)
    {
        if (call.HeaderFault is { } forced && FaultActions.PhaseOf(forced.Action) != FaultPhase.Behaviour) return forced;
        return Strike(call, action => FaultActions.PhaseOf(action) != FaultPhase.Behaviour);
    }

    /// <summary>The rule that makes the carrier behave so, or null.</summary>
    public FaultRule? Behaviour(SandboxCall call, string action)
    {
        if (!FaultActions.IsKnown(action)) throw new ArgumentException($"'{action}' is not among the actions.", nameof(action));
        if (call.HeaderFault is { } forced && forced.Action == action) return forced;
        return Strike(call, candidate => candidate == action);
    }

    /// <summary>How long this reply takes at least, by the profile.</summary>
    public TimeSpan Latency(SandboxCall call)
    {
        lock (_lock)
        {
            var (from, to) = call.Operation.Carrier == "tollfree" ? _profile.TollfreeLatencyMs : _profile.LatencyMs;
            return to == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(_latency.Between(from, to + 1));
        }
    }

    private FaultRule? Strike(SandboxCall call, Predicate<string> isAsked)
    {
        lock (_lock)
        {
            foreach (var armed in _rules) if (isAsked(armed.Rule.Action) && Strikes(armed, call)) return armed.Shown;
            foreach (var armed in _ofProfile) if (isAsked(armed.Rule.Action) && Strikes(armed, call)) return armed.Shown;
            return null;
        }
    }

    private static bool Strikes(Armed armed, SandboxCall call)
    {
        var rule = armed.Rule;
        if (!Matches(rule, call) || (rule.Times is { } times && armed.Struck >= times)) return false;

        armed.Matched++;
        if (rule.Nth is { } nth && armed.Matched != nth) return false;
        if (rule.Probability is { } probability && armed.Stream.Fraction() >= probability) return false;
        armed.Struck++;
        return true;
    }

    private static bool Matches(FaultRule rule, SandboxCall call)
    {
        var operation = call.Operation;
        if (rule.Carrier != "*" && rule.Carrier != operation.Carrier) return false;
        var isOfThisKind = rule.Operation switch
        {
            "*" => true,
            "writes" => operation.IsWrite,
            "reads" => !operation.IsWrite,
            var name => name == operation.Name,
        };
        if (!isOfThisKind) return false;
        return rule.Number is not { } pattern
            || call.Numbers.Any(number => FileSystemName.MatchesSimpleExpression(pattern, number));
    }

    private Armed Arm(FaultRule rule) => new(rule, _draws.Stream("fault/" + rule.Id));

    private sealed class Armed(FaultRule rule, DrawStream stream)
    {
        public FaultRule Rule => rule;

        public DrawStream Stream => stream;

        public long Matched { get; set; }

        public long Struck { get; set; }

        public FaultRule Shown => rule with { Matched = Matched, Struck = Struck };
    }
}
