using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Ocarina.Core.Telling;
using Ocarina.Manager.Identity;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Storage.Outbox;

namespace Ocarina.Manager.Telling;

/// <summary>The door to telling people and systems.</summary>
public static class TellingServices
{
    /// <summary>Registers what tells; the transports, the database, the directories and the clock are registered by the host.</summary>
    public static IServiceCollection AddTelling(this IServiceCollection services)
    {
        services.TryAddSingleton<OutboxDatabase>();
        services.TryAddSingleton<TellingDocuments>();
        services.TryAddSingleton<HookSecrets>();
        services.TryAddSingleton<HookPayloads>();
        services.TryAddSingleton<MailComposer>();
        services.TryAddSingleton<Audience>();
        services.TryAddSingleton<Courier>();
        services.TryAddSingleton(provider => new OutboxJob(
            provider.GetRequiredService<OutboxDatabase>(), provider.GetRequiredService<TellingDocuments>(), provider.GetRequiredService<Audience>(),
            provider.GetRequiredService<Courier>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OutboxJob>>()));
        services.TryAddSingleton(provider => new OutboxOperation(
            provider.GetRequiredService<OutboxDatabase>(), provider.GetRequiredService<TellingDocuments>(), provider.GetRequiredService<NumberDesk>()));
        services.TryAddSingleton(provider => new WebhooksOperation(
            provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<OutboxDatabase>(), provider.GetRequiredService<AccountDirectory>(),
            provider.GetRequiredService<TellingDocuments>(), provider.GetRequiredService<HookSecrets>(), provider.GetRequiredService<HookPayloads>(),
            provider.GetRequiredService<IHookCaller>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<LedgerNews>();
        return services;
    }
}
