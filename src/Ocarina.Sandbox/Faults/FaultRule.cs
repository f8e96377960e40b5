using System.Globalization;
using System.Text.Json.Serialization;

namespace Ocarina.Sandbox.Faults;

/// <summary>Something that shall go wrong, and when.</summary>
internal sealed record FaultRule
{
    /// <summary>Name of the rule; given by the sandbox when left out.</summary>
    public string? Id { get; init; }

    /// <summary>A carrier, or <c>*</c> (default).</summary>
    public string Carrier { get; init; } = "*";

    /// <summary>An operation, <c>writes</c>, <c>reads</c>, or <c>*</c> (default).</summary>
    public string Operation { get; init; } = "*";

    /// <summary>A number with <c>*</c> and <c>?</c>, e.g. <c>+1415*</c>; null matches requests with and without numbers.</summary>
    public string? Number { get; init; }

    /// <summary>Only the n-th matching call, counted from 1; null: every one.</summary>
    public int? Nth { get; init; }

    /// <summary>From 0 to 1, drawn from the seed for each matching call; null: always.</summary>
    public double? Probability { get; init; }

    /// <summary>How often it strikes before it is used up; null: for ever.</summary>
    public int? Times { get; init; }

    /// <summary>One of <see cref="FaultActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>HTTP status of the action <c>status</c>. Default 500.</summary>
    public int? Status { get; init; }

    /// <summary>Milliseconds, for actions that take time; negative means never where an action says so.</summary>
    public int? DelayMs { get; init; }

    /// <summary>Longest delay: with it, a delay is drawn between <see cref="DelayMs"/> and this.</summary>
    public int? DelayMaxMs { get; init; }

    /// <summary>Seconds in the header <c>Retry-After</c>.</summary>
    public int? RetryAfterS { get; init; }

    /// <summary>The carrier's own error code.</summary>
    public string? Code { get; init; }

    /// <summary>Where <c>redirect</c> leads to. Default: another host.</summary>
    public string? Location { get; init; }

    /// <summary>How often it has matched so far.</summary>
    [JsonInclude]
    public long Matched { get; internal init; }

    /// <summary>How often it has struck so far.</summary>
    [JsonInclude]
    public long Struck { get; internal init; }

    /// <summary>Reads the header form <c>action;key=value;key=value</c>; null when it makes no sense.</summary>
    public static FaultRule? FromHeader(string header)
    {
        var parts = header.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts is [] || !FaultActions.IsKnown(parts[0])) return null;

        var rule = new FaultRule { Id = "header", Action = parts[0], Times = 1 };
        foreach (var part in parts[1..])
        {
            var cut = part.IndexOf('=', StringComparison.Ordinal);
            if (cut < 0) return null;
            var (key, value) = (part[..cut].Trim(), part[(cut + 1)..].Trim());
            var isNumber = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
            switch (key)
            {
                case "status" when isNumber: rule = rule with { Status = number }; break;
                case "delay_ms" when isNumber: rule = rule with { DelayMs = number }; break;
                case "retry_after_s" when isNumber: rule = rule with { RetryAfterS = number }; break;
                case "code": rule = rule with { Code = value }; break;
                case "location": rule = rule with { Location = value }; break;
                default: return null;
            }
        }

        return rule;
    }

    /// <summary>What is wrong with the rule, or null.</summary>
    public string? Problem() => this switch
    {
        _ when !FaultActions.IsKnown(Action) => $"There is no action '{Action}'.",
        { Probability: < 0 or > 1 } => "'probability' is from 0 to 1.",
        { Nth: < 1 } => "'nth' counts from 1.",
        { Times: < 1 } => "'times' is 1 or more.",
        { Status: < 200 or > 599 } => "'status' is from 200 to 599.",
        _ => null,
    };
}
