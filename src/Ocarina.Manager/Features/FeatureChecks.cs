using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Identity;

namespace Ocarina.Manager.Features;

/// <summary>Asks providers outside what they think of settings, before anything is bought, written or set up.</summary>
public sealed class FeatureChecks(IFeatureProviders providers, CarrierDesk carriers, Directories directories, TimeProvider clock, ILogger<FeatureChecks> logger)
{
    // Who does not wait for orders still has to hear whether his address is one.
    private static readonly TimeSpan CheckMin = TimeSpan.FromSeconds(10);

    /// <summary>A provider that is installed and serves a feature, by its name in configuration.</summary>
    internal CarrierName? Serving(string name, string feature) => Find(CarrierName.Parse(name), feature)?.Name;

    /// <summary>The name of a provider that is configured for a feature, and is not here to serve it.</summary>
    internal CarrierName? Missing(string name, string feature) => Serving(name, feature) is null ? CarrierName.Parse(name) : null;

    /// <summary>How long callers are held while a provider works.</summary>
    internal async Task<TimeSpan> PatienceAsync(CarrierName name, CancellationToken ct) => providers.Find(name) is { } provider
        ? (await carriers.ContextForAsync(provider.Document, null, null, ct)).Settings.AcquireWait
        : CarrierSettings.Empty.AcquireWait;

    /// <summary>Why what is wanted cannot be set up; none when all of it can. Changes nothing.</summary>
    internal async Task<NumberError?> RefusalAsync(NumberRecord number, ImmutableArray<FeatureWork> works, CancellationToken ct)
    {
        foreach (var work in works)
        {
            var check = await CheckAsync(number, work, ct);
            if (check is FeatureCheck.Failed { Error: var error }) logger.CheckFailed(work.Feature, work.Provider.ToString(), LogText.WithoutNumbers(error.Detail ?? error.Name));
            if (FeatureErrors.Of(check, work) is { } refusal) return refusal;
        }

        return null;
    }

    /// <summary>Tells the operator of features that were active and are no longer allowed (numbers.md 9.2, DECISION).</summary>
    internal void TellWithdrawn(ImmutableArray<string> features, PhoneNumber number)
    {
        foreach (var feature in features) logger.FeatureWithdrawn(feature, number.Masked());
    }

    private async Task<FeatureCheck> CheckAsync(NumberRecord number, FeatureWork work, CancellationToken ct)
    {
        if (Find(work.Provider, work.Feature) is not { } provider) return NotConfigured(work.Provider.ToString());
        var patience = await PatienceAsync(work.Provider, ct);
        var context = await carriers.ContextForAsync(provider.Document, patience > CheckMin ? patience : CheckMin, null, ct);
        if (provider.MissingKey(context.Settings) is { } key) return NotConfigured(key);
        var order = new FeatureOrder(OrderKey.New(clock), number.Number, work.Feature)
        {
            Wanted = work.Wanted, CarrierData = number.CarrierData, AccountName = number.Account is { } account ? directories.Accounts.Find(account)?.Name : null,
        };
        try
        {
            return await provider.CheckAsync(order, context, ct);
        }
        catch (CarrierException failed)
        {
            return new FeatureCheck.Failed(failed.Error);
        }
    }

    private IFeatureProvider? Find(CarrierName name, string feature) => providers.Find(name) is { } provider && provider.Features.Contains(feature) ? provider : null;

    private static FeatureCheck.Failed NotConfigured(string what) => new(new CarrierError(CarrierErrorKind.NotConfigured, $"{what} is not set"));
}
