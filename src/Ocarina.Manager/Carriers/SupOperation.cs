using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Operations;

namespace Ocarina.Manager.Carriers;

/// <summary>How an operator's command ended. Closed.</summary>
public abstract record SupOutcome
{
    private SupOutcome() { }

    /// <summary>It ran; all that it printed.</summary>
    public sealed record Printed(string Text) : SupOutcome;

    /// <summary>There is no such command.</summary>
    public sealed record Unknown : SupOutcome;

    /// <summary>It was called wrongly; how it is used.</summary>
    public sealed record Usage(string Text) : SupOutcome;

    /// <summary>The carrier refused, or could not be asked.</summary>
    public sealed record Failed(CarrierError Error) : SupOutcome;
}

/// <summary>Runs the commands that carrier modules offer to operators, and those about features of numbers, in the words of Kazoo's <c>sup</c> (`http-api.md` 10).</summary>
public sealed class SupOperation(CarrierDesk desk, FeaturePermissions permissions)
{
    private const string Suffix = "_maintenance";

    /// <summary>The longest a command may take.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(60);

    /// <summary>Runs one.</summary>
    /// <param name="actor">Who runs it.</param>
    /// <param name="module">The carrier in any of its spellings, with or without <c>_maintenance</c>.</param>
    /// <param name="function">The command.</param>
    /// <param name="arguments">As typed.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<SupOutcome> RunAsync(Actor actor, string module, string function, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var name = module.EndsWith(Suffix, StringComparison.Ordinal) ? module[..^Suffix.Length] : module;
        if (name == FeaturePermissions.Module) return await permissions.RunAsync(actor, function, arguments, ct);
        if (desk.Modules.Find(CarrierName.Parse(name)) is not { } carrier || carrier is not ICarrierMaintenance maintenance) return new SupOutcome.Unknown();
        if (!maintenance.Commands.Any(command => command.Function == function)) return new SupOutcome.Unknown();

        var context = await desk.ContextForAsync(carrier, Budget, notes: null, ct);
        return await maintenance.RunAsync(function, arguments, context, ct) switch
        {
            CarrierCommandReply.Printed printed => new SupOutcome.Printed(printed.Text),
            CarrierCommandReply.Usage usage => new SupOutcome.Usage(usage.Text),
            CarrierCommandReply.Failed failed => new SupOutcome.Failed(failed.Error),
            _ => throw new InvalidOperationException("The replies of a command are a closed set."),
        };
    }
}
