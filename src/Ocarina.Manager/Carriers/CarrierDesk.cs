using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Configuration;
using Ocarina.Manager.Configuration;
using Ocarina.Storage;
using Ocarina.Storage.Config;

namespace Ocarina.Manager.Carriers;

/// <summary>Which carriers there are for whom, and what each is given with a call (carriers.md 1.2).</summary>
/// <remarks>Safe to share between threads. Settings are read again when the configuration has changed; a call in flight keeps its own.</remarks>
public sealed class CarrierDesk : ICarrierPeers
{
    private readonly IDatabase _database;
    private readonly ConfigDirectory _configuration;
    private readonly TimeProvider _clock;
    private readonly CarrierDocuments _documents;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, Task> _making = new(StringComparer.Ordinal);

    /// <summary>With the modules of this process. The keys of plug-ins are made known to configuration.</summary>
    public CarrierDesk(ICarriers modules, IDatabase database, ConfigDirectory configuration, TimeProvider clock, ILogger<CarrierDesk> logger)
    {
        ArgumentNullException.ThrowIfNull(modules);
        (Modules, _database, _configuration, _clock, _logger) = (modules, database, configuration, clock, logger);
        _documents = new CarrierDocuments(configuration, logger);
        foreach (var module in modules.All)
            if (!module.Info.Keys.IsDefaultOrEmpty) ConfigSchemas.LearnCarrier(module.Name, module.Info.Keys);
    }

    /// <summary>All modules of this process.</summary>
    public ICarriers Modules { get; }

    /// <summary>The carriers that an account's searches and purchases go to: <c>carrier_modules</c> of its reseller, in order; of the system without an account.</summary>
    /// <remarks>Only those there is a module for and whose document does not say <c>enabled: false</c>. The stock of this system is not among them.</remarks>
    public IReadOnlyList<ICarrier> EnabledFor(AccountId? account)
    {
        var settings = account is { } owner ? _configuration.ResellerSettingsOf(owner) : _configuration.SettingsFor(null);
        return [.. settings.CarrierModules.Where(name => IsSold(name) && IsEnabled(name)).Select(Modules.Find).OfType<ICarrier>()];
    }

    /// <summary>False when the carrier's document says <c>enabled: false</c>.</summary>
    public bool IsEnabled(CarrierName name) => _documents.SettingsOf(name).IsEnabled;

    /// <summary>What a module is given with a call. The carrier's document is made when there is none.</summary>
    /// <param name="carrier">The module.</param>
    /// <param name="budget">How long the caller waits; none for work in the background.</param>
    /// <param name="notes">Where a module that writes in steps notes each one; none keeps no notes.</param>
    /// <param name="ct">Ends the waiting for the document.</param>
    public Task<CarrierContext> ContextForAsync(ICarrier carrier, TimeSpan? budget, IOrderNotes? notes, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(carrier);
        return ContextForAsync(carrier.Name, budget, notes, ct);
    }

    /// <summary>The same for whoever reads the document <c>number_manager.{name}</c>: providers of features have some of their own.</summary>
    /// <inheritdoc cref="ContextForAsync(ICarrier, TimeSpan?, IOrderNotes?, CancellationToken)"/>
    public async Task<CarrierContext> ContextForAsync(CarrierName name, TimeSpan? budget, IOrderNotes? notes, CancellationToken ct)
    {
        await EnsureDocumentAsync(name, ct);
        var rules = _configuration.RulesFor(null);
        var context = new CarrierContext(_documents.SettingsOf(name), text => rules.TryNormalize(text, out var number) ? number : null, _clock) { Budget = budget };
        return notes is null ? context : context with { Notes = notes };
    }

    /// <summary>Why the carrier's document as it stands cannot be used; the one before it stays in use. <see langword="null"/> when nothing is wrong.</summary>
    public CarrierError? Invalid(ICarrier carrier)
    {
        ArgumentNullException.ThrowIfNull(carrier);
        return _documents.FaultOf(carrier.Name);
    }

    /// <inheritdoc/>
    public async Task<(ICarrier Carrier, CarrierContext Context)?> FindAsync(CarrierName name, CancellationToken ct) =>
        Modules.Find(name) is { } carrier && IsEnabled(name) ? (carrier, await ContextForAsync(carrier, null, null, ct)) : null;

    // Stock of this system is searched and given away without a module; the phonebook is a carrier as soon as it has an address.
    private bool IsSold(CarrierName name) =>
        !CarrierCatalogue.AsksNobody(name) || (name == CarrierName.Other && _documents.SettingsOf(name).Text("phonebook_url") is not null);

    /// <summary>First use: the document with its generated defaults is made, once, and never over one that is there.</summary>
    private async Task EnsureDocumentAsync(CarrierName name, CancellationToken ct)
    {
        var id = CarrierDocuments.IdOf(name);
        if (_configuration.IsStored(id) || !ConfigSchemas.TryGetDefaults(id, out var defaults) || defaults.Count == 0) return;
        var making = _making.GetOrAdd(id, _ => MakeAsync(id, defaults));
        try
        {
            await making.WaitAsync(ct);
        }
        finally
        {
            if (making.IsCompleted) _making.TryRemove(KeyValuePair.Create(id, making)); // erased by somebody, it is made again
        }
    }

    private async Task MakeAsync(string id, JsonObject defaults)
    {
        var text = DocumentText.From(new JsonObject { [ConfigSections.Default] = defaults, ["pvt_type"] = "config" }).ToString();
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var isMade = await _database.WriteAsync(
            async (session, token) =>
            {
                await Versions.BumpAsync(session, VersionKinds.Configuration, token);
                return await ConfigDocumentsTable.MaterialiseAsync(session, id, text, now, token);
            },
            WriteLane.Foreground, CancellationToken.None);
        await _configuration.RefreshAsync(CancellationToken.None);
        if (isMade) _logger.DocumentMade(id);
    }
}
