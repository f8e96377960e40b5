using Ocarina.Core;
using Ocarina.Core.Configuration;
using Ocarina.Core.Errors;
using Ocarina.Core.Ledger;

namespace Ocarina.Manager.Operations;

/// <summary>The decision about one number of a batch: a change to write, nothing to do, or an error. Made before anything is written.</summary>
internal abstract record NumberPlan(string Key)
{
    internal sealed record Write(string Key, NumberChange Change) : NumberPlan(Key);

    internal sealed record Keep(string Key, NumberRecord Record) : NumberPlan(Key);

    internal sealed record Fail(string Key, NumberError Error, IReadOnlyList<ConfigProblem>? Problems = null) : NumberPlan(Key);
}

/// <summary>One entry of a request: what was written, and the number it means.</summary>
internal readonly record struct WantedNumber(string Text, PhoneNumber Number, NumberError? Error)
{
    internal string Key => Error is null ? Number.ToString() : Text;
}
