using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Csv;

namespace Ocarina.Manager.Operations;

/// <summary>What a file asks for, row by row (numbers.md 7.15).</summary>
public enum CsvJob
{
    /// <summary>Move to the account of the row.</summary>
    AssignTo,

    /// <summary>Merge public fields; an empty cell changes nothing.</summary>
    UpdateMerge,

    /// <summary>Replace public fields.</summary>
    UpdateOverwrite,

    /// <summary>Release.</summary>
    Release,

    /// <summary>Put in reserve for the account of the row.</summary>
    Reserve,

    /// <summary>Erase; admins only.</summary>
    Delete,
}

/// <summary>Runs the jobs that act on the numbers of a file (numbers.md 7.15), each row by the operation that a single call would use.</summary>
public sealed class CsvJobOperation(
    NumberDesk desk, ActivateOperation activate, UpdateOperation update, ReleaseOperation release, ReserveOperation reserve)
{
    // Who sends a file agrees to what its rows cost.
    private static ChargeConsent Agreed => new(isAccepted: true);

    /// <summary>Reads the file and answers each row, in order, after it was committed.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="actor">The account of the token.</param>
    /// <param name="path">The account of the path; a row without account means it.</param>
    /// <param name="csv">The file, header first.</param>
    /// <param name="ct">Stops between rows; what was answered stays.</param>
    /// <exception cref="CsvFormatException">There is no header, or no column <c>e164</c>. Thrown before the first row.</exception>
    public async IAsyncEnumerable<ImportRowResult> RunAsync(CsvJob job, Actor actor, AccountId path, TextReader csv, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var row in ImportFile.ReadAsync(csv, ct))
        {
            yield return row.Fault is { } fault
                ? new ImportRowResult(row.E164, ImportResult.Failed, fault)
                : Answer(row.E164, await RunRowAsync(job, actor, path, row, ct));
        }
    }

    private async Task<NumberResult> RunRowAsync(CsvJob job, Actor actor, AccountId path, ImportRow row, CancellationToken ct)
    {
        var owner = row.Account ?? path;
        if (!desk.Tree.IsAbove(path, owner)) return new NumberResult.Failed(row.E164, NumberErrors.AssignFailure(owner.ToString()));
        if (job == CsvJob.Delete && !desk.Tree.IsAdmin(actor)) return new NumberResult.Failed(row.E164, NumberErrors.Forbidden());

        string[] number = [row.E164];
        return job switch
        {
            CsvJob.AssignTo => (await activate.RunAsync(actor, owner, number, null, ct, Agreed))[0],
            CsvJob.Reserve => (await reserve.RunAsync(actor, owner, number, null, ct, Agreed))[0],
            CsvJob.Release or CsvJob.Delete => (await release.RunAsync(actor, path, number, hard: job == CsvJob.Delete, null, null, ct))[0],
            _ => await UpdateAsync(job, actor, path, row, number, ct),
        };
    }

    private async Task<NumberResult> UpdateAsync(CsvJob job, Actor actor, AccountId path, ImportRow row, string[] number, CancellationToken ct)
    {
        var fields = PublicFields.Sanitise(row.Fields);
        if (row.Carrier is { } carrier) fields[NumberFeatures.CarrierName] = JsonValue.Create(carrier.ToString());
        return await update.RunAsync(actor, path, number, fields, merge: job == CsvJob.UpdateMerge, null, ct, Agreed) switch
        {
            BatchOutcome.Finished finished => finished.Results[0],
            BatchOutcome.Refused refused => new NumberResult.Failed(row.E164, refused.Error),
            BatchOutcome.Invalid { Problems: [var problem, ..] } => new NumberResult.Failed(row.E164, NumberErrors.Invalid($"{problem.Path}: {problem.Message}")),
            _ => new NumberResult.Failed(row.E164, NumberErrors.InternalError()),
        };
    }

    private static ImportRowResult Answer(string e164, NumberResult result) => result switch
    {
        NumberResult.Failed failed => new ImportRowResult(e164, ImportResult.Failed, failed.Error.IsInvalid ? failed.Error.Cause : failed.Error.Message),
        NumberResult.Pending pending => new ImportRowResult(e164, ImportResult.Pending, $"order {pending.Order}"),
        NumberResult.Done { IsUnchanged: true } => new ImportRowResult(e164, ImportResult.Unchanged, null),
        _ => new ImportRowResult(e164, ImportResult.Done, null),
    };
}
