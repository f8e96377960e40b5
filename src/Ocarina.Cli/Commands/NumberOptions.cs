using System.CommandLine;
using Ocarina.Client;

namespace Ocarina.Cli.Commands;

/// <summary>Arguments and options that several number commands share.</summary>
internal static class NumberOptions
{
    private const int PageSizeMax = 500;

    public static Argument<string[]> Numbers() =>
        new("numbers") { Description = "Numbers, in any spelling the rules know. - reads them from standard input.", Arity = ArgumentArity.OneOrMore };

    public static Argument<string> Number() => new("number") { Description = "A number, in any spelling the rules know." };

    public static Option<bool> AcceptCharges() => new("--accept-charges") { Description = "Go ahead when it costs something." };

    public static Option<bool> Wait() => new("--wait") { Description = "Wait until a carrier has decided, or a person has to. Without it an open order ends the command with 5." };

    public static Option<long?> Limit()
    {
        var limit = new Option<long?>("--limit") { Description = "Stop after this many rows. Default: all.", HelpName = "N" };
        Positive(limit);
        return limit;
    }

    public static void Positive<T>(Option<T> option) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && long.TryParse(result.Tokens[0].Value, out var value) && value < 1) result.AddError($"{option.Name} must be at least 1.");
    });

    /// <summary>Rows to ask for at once when so many are wanted.</summary>
    public static int PageSize(long wanted) => (int)Math.Min(wanted, PageSizeMax);

    /// <summary>The rows of a stream up to a number of them; pages that are not needed are not fetched.</summary>
    public static async IAsyncEnumerable<T> Take<T>(this IAsyncEnumerable<T> rows, long count)
    {
        await foreach (var row in rows)
        {
            yield return row;
            if (--count <= 0) yield break;
        }
    }
}

/// <summary>The filters of a list or export.</summary>
internal sealed class FilterOptions
{
    private readonly Option<string?> _state = new("--state") { Description = "Only numbers in this state.", HelpName = "STATE" };
    private readonly Option<string?> _usedBy = new("--used-by") { Description = "Only numbers used by this application.", HelpName = "APP" };
    private readonly Option<string?> _feature = new("--feature") { Description = "Only numbers with this feature active.", HelpName = "NAME" };
    private readonly Option<string[]> _others = new("--filter") { Description = "Only numbers whose field has this value; may be repeated.", HelpName = "FIELD=VALUE" };

    public void AddTo(Command command)
    {
        _others.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (token.Value.IndexOf('=', StringComparison.Ordinal) < 1) result.AddError($"--filter {token.Value}: write FIELD=VALUE.");
            }
        });
        foreach (var option in (Option[])[_state, _usedBy, _feature, _others]) command.Add(option);
    }

    public NumberFilter Read(ParseResult parse) => new()
    {
        State = parse.GetValue(_state),
        UsedBy = parse.GetValue(_usedBy),
        Feature = parse.GetValue(_feature),
        Others = [.. (parse.GetValue(_others) ?? []).Select(text => text.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]))],
    };
}
