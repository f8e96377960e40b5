using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Csv;
using Ocarina.Storage;

namespace Ocarina.Manager.Operations;

/// <summary>What became of one row of an import.</summary>
public enum ImportResult
{
    /// <summary>The number was written.</summary>
    Created,

    /// <summary>The same number was there already.</summary>
    Unchanged,

    /// <summary>Nothing was written; the error says why.</summary>
    Failed,

    /// <summary>A job other than an import did what the row asks for.</summary>
    Done,

    /// <summary>A carrier has still to decide; an order goes on by itself.</summary>
    Pending,
}

/// <summary>The answer to one row; it is given after the row is durable.</summary>
/// <param name="E164">The cell as given.</param>
/// <param name="Result">What happened.</param>
/// <param name="Error">Why it failed.</param>
public sealed record ImportRowResult(string E164, ImportResult Result, string? Error);

/// <summary>Imports numbers from CSV (numbers.md 7.15; `http-api.md` 2.14). A repeated import is harmless.</summary>
public sealed class ImportOperation(NumberDesk desk)
{
    /// <summary>Rows of one transaction: small, so that buyers do not wait behind an import.</summary>
    public const int PieceRows = 100;

    // What is imported was in service before: its month is paid where it comes from.
    private static ChargeConsent PaidElsewhere => new(isAccepted: true) { IsOpening = true };

    /// <summary>Reads the file and answers each row, in order, after it was committed.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="path">The account of the path: numbers of rows without account go to it.</param>
    /// <param name="csv">The file, header first.</param>
    /// <param name="ct">Stops between pieces; what was answered stays.</param>
    /// <exception cref="CsvFormatException">There is no header, or no column <c>e164</c>. Thrown before the first row.</exception>
    public async IAsyncEnumerable<ImportRowResult> RunAsync(
        Actor actor, AccountId path, TextReader csv, [EnumeratorCancellation] CancellationToken ct)
    {
        var piece = new List<ImportRow>(PieceRows);
        var inPiece = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in ImportFile.ReadAsync(csv, ct))
        {
            // A number that stands twice is decided on what its first row wrote.
            if (piece.Count >= PieceRows || !inPiece.Add(row.E164))
            {
                foreach (var result in await WriteAsync(actor, path, piece, ct)) yield return result;
                piece.Clear();
                inPiece.Clear();
                inPiece.Add(row.E164);
            }

            piece.Add(row);
        }

        foreach (var result in await WriteAsync(actor, path, piece, ct)) yield return result;
    }

    private async Task<IReadOnlyList<ImportRowResult>> WriteAsync(Actor actor, AccountId path, List<ImportRow> rows, CancellationToken ct)
    {
        if (rows.Count == 0) return [];
        var next = 0;
        var byText = rows.ToDictionary(row => row.E164, StringComparer.Ordinal);
        var results = await desk.RunAsync(path, [.. rows.Select(row => row.E164)], Decide, WriteLane.Background, redoLost: true, ct, more: new DeskExtras { Consent = PaidElsewhere });
        return [.. results.Select(result => Answer(rows[next++], result))];

        NumberPlan Decide(WantedNumber wanted, NumberRecord? record) => DecideRow(actor, path, wanted, byText[wanted.Text], record);
    }

    private static ImportRowResult Answer(ImportRow row, NumberResult result) => result switch
    {
        NumberResult.Failed failed => new ImportRowResult(row.E164, ImportResult.Failed, row.Fault ?? (failed.Error.IsInvalid ? failed.Error.Cause : failed.Error.Message)),
        NumberResult.Done { IsUnchanged: true } => new ImportRowResult(row.E164, ImportResult.Unchanged, null),
        _ => new ImportRowResult(row.E164, ImportResult.Created, null),
    };

    private NumberPlan DecideRow(Actor actor, AccountId path, WantedNumber wanted, ImportRow row, NumberRecord? record)
    {
        if (row.Fault is { } fault) return Fail(NumberErrors.Invalid(fault));
        var isAdmin = desk.Tree.IsAdmin(actor);
        var owner = row.Account ?? path;
        if (!desk.Tree.IsAbove(path, owner)) return Fail(NumberErrors.AssignFailure(owner.ToString()));

        var request = desk.Request(actor, owner);
        var state = (isAdmin ? row.State : null) ?? desk.Config.SettingsFor(null).DefaultCreationState ?? NumberState.InService;
        var carrier = (isAdmin ? row.Carrier : null) ?? DefaultCarrier(state);
        var options = new CreationOptions(state, carrier, isAdmin && row.PortedIn);
        if (CreationRules.Refusal(options, request) is { } refusal) return Fail(refusal);

        var fields = PublicFields.Sanitise(row.Fields);
        if (fields.Count > 0) fields = desk.Writable(actor, owner, fields, record); // a row without fields leaves all as it is
        PublicFieldRules.FillDefaults(fields);
        if (PublicFieldRules.Validate(fields, wanted.Number) is [var problem, ..]) return Fail(NumberErrors.Invalid($"{problem.Path}: {problem.Message}"));
        if (record is not null && IsSame(record, row, options, owner, fields, isAdmin)) return new NumberPlan.Keep(wanted.Key, record);

        var decision = CreationRules.Decide(wanted.Number, record, options, request);
        if (decision is TransitionDecision.Unchanged { Record: var same }) decision = new TransitionDecision.Allowed(same, CarrierMustSell: false);
        if (decision is TransitionDecision.Allowed allowed)
        {
            decision = allowed with
            {
                After = allowed.After with
                {
                    UsedBy = row.UsedBy ?? allowed.After.UsedBy,
                    PreviousAccount = isAdmin && record is null && row.PreviousAccount is { } previous ? previous : allowed.After.PreviousAccount,
                },
            };
        }

        var plan = MovePlanner.ToPlan(desk, wanted.Key, record, decision, fields.Count > 0 || record is null ? fields : null, NumberActions.Imported, request);
        return plan is NumberPlan.Write write ? Recorded(write) : plan;

        NumberPlan Fail(NumberError error) => new NumberPlan.Fail(wanted.Key, error);
    }

    // A file tells what is so already, elsewhere: nobody outside is asked for a million addresses, nor told of a million names. The next change of a number sets its features up.
    // But what is set up from here, and is another now, is changed at its provider: the number would show what is not there.
    private static NumberPlan.Write Recorded(NumberPlan.Write write)
    {
        if (write.Change.After is not { } after) return write;
        var active = write.Change.Before?.Features.ToObject() ?? [];
        var others = write.Works.Where(work => !active.ContainsKey(work.Feature));
        var fields = others.Aggregate(after.PublicFields.ToObject(), (all, work) => PublicFields.Merge(all, work.Fields.ToObject()));
        return write with { Works = [.. write.Works.Where(work => active.ContainsKey(work.Feature))], Change = write.Change with { After = after with { PublicFields = DocumentText.From(fields) }, Messages = [] } };
    }

    // Rows for sale that name no carrier are the operator's own stock, unless he configured otherwise (design.md 11, stock).
    private CarrierName DefaultCarrier(NumberState state) =>
        desk.Config.Tasks is { IsImportCarrierChosen: true, ImportDefaultsToCarrier: var configured } ? configured
        : state == NumberState.Available ? CarrierName.Inventory
        : desk.Config.SettingsFor(null).AvailableModule;

    private static bool IsSame(NumberRecord record, ImportRow row, CreationOptions options, AccountId owner, JsonObject fields, bool isAdmin)
    {
        var hasOwner = options.State is not (NumberState.Available or NumberState.Aging);
        if (record.State != options.State || record.Account != (hasOwner ? owner : null)) return false;
        if (isAdmin && row.Carrier is { } carrier && record.Carrier != carrier) return false;
        if (row.UsedBy is { } app && record.UsedBy != app) return false;
        if (!hasOwner && record.StockAccount is { } kept && kept != owner) return false;
        return fields.Count == 0 || JsonNode.DeepEquals(PublicFields.Merge(record.PublicFields.ToObject(), fields), record.PublicFields.ToObject());
    }
}
