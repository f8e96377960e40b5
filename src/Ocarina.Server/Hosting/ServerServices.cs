using Ocarina.Carriers;
using Ocarina.Carriers.Http;
using Ocarina.Carriers.PlugIns;
using Ocarina.Carriers.Providers;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Core.Normalization;
using Ocarina.Core.Telling;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Configuration;
using Ocarina.Manager.Demo;
using Ocarina.Manager.Identity;
using Ocarina.Manager.Jobs;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Orders;
using Ocarina.Manager.Secrets;
using Ocarina.Manager.Telling;
using Ocarina.Server.Crossbar;
using Ocarina.Server.Crossbar.Login;
using Ocarina.Storage;
using Ocarina.Storage.Idempotency;
using Ocarina.Telling.Hooks;
using Ocarina.Telling.Mail;

namespace Ocarina.Server.Hosting;

/// <summary>Joins the rooms: which class is given to whom.</summary>
internal static class ServerServices
{
    /// <summary>The data. Opened before; its owner closes it.</summary>
    public static IServiceCollection AddData(this IServiceCollection services, IDatabase database, ServerSecrets secrets)
    {
        services.AddSingleton(database);
        services.AddSingleton(secrets);
        services.AddSingleton<NumbersDatabase>();
        services.AddSingleton<IdempotencyDatabase>();
        return services;
    }

    /// <summary>Accounts, log-ins, tokens.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services)
    {
        services.AddSingleton<AccountDirectory>();
        services.AddSingleton<IAccountTree>(provider => provider.GetRequiredService<AccountDirectory>());
        services.AddSingleton<CredentialDirectory>();
        services.AddSingleton<PlanDirectory>();
        services.AddSingleton<Directories>();
        services.AddSingleton<TokenService>();
        services.AddSingleton(provider => new WireCredentials(provider.GetRequiredService<ServerSecrets>()));
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<FailedLogins>();
        services.AddSingleton<AccountByNumber>(provider => (number, ct) => OwnerOfAsync(provider, number, ct));
        services.AddSingleton<LoginOperation>();
        services.AddSingleton<AccountsOperation>();
        services.AddSingleton<UsersOperation>();
        services.AddSingleton<FirstStart>();
        services.AddHostedService<DirectoryLoop>();
        return services;
    }

    /// <summary>Configuration documents.</summary>
    public static IServiceCollection AddConfiguration(this IServiceCollection services, ConfigNode node)
    {
        services.AddSingleton(node);
        services.AddSingleton<ConfigSecrets>();
        services.AddSingleton<ConfigDirectory>();
        services.AddSingleton<INumberScan, StoredNumberScan>();
        services.AddSingleton<ConfigOperation>();
        return services;
    }

    /// <summary>The carriers: their modules, those of plug-ins among them, and who is asked for whom.</summary>
    public static IServiceCollection AddCarriers(this IServiceCollection services, string plugInFolder)
    {
        services.AddSingleton(provider => new CarrierHttp(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<ICarrierHost>(provider => new CarrierHost(provider.GetRequiredService<TimeProvider>(), provider.GetService));
        services.AddSingleton<ICarriers>(provider =>
        {
            var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("Ocarina.Carriers");
            return new CarrierModules(
                provider.GetRequiredService<ICarrierHost>(), [.. provider.GetServices<ICarrierFactory>(), .. PlugInFolder.Load(plugInFolder, logger)], logger);
        });
        services.AddSingleton<IFeatureProviders>(provider => new FeatureModules(provider.GetRequiredService<ICarrierHost>()));
        services.AddSingleton<CarrierDesk>();
        services.AddSingleton<ICarrierPeers>(provider => provider.GetRequiredService<CarrierDesk>());
        services.AddSingleton<SupOperation>();
        return services;
    }

    /// <summary>What is done with numbers, at once and in the background.</summary>
    public static IServiceCollection AddNumbers(this IServiceCollection services)
    {
        services.AddNumberOperations();
        services.AddHostedService<NumberTimers>();
        services.AddHostedService<CarrierCleaning>();
        services.AddHostedService<BillingJob>();
        services.AddHostedService(provider => provider.GetRequiredService<OrderSettler>());
        services.AddSingleton<DemoData>();
        services.AddSingleton<DemoSandbox>();
        return services;
    }

    /// <summary>Telling people and systems.</summary>
    public static IServiceCollection AddMessages(this IServiceCollection services)
    {
        services.AddSingleton<IMailer, SmtpMailer>();
        services.AddSingleton<IHookCaller, HookCaller>();
        services.AddTelling();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxJob>());
        return services;
    }

    /// <summary>What the requests need beside the operations.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton(provider => new LateNews(
            provider.GetRequiredService<IDatabase>().Kind == DatabaseKind.PostgreSql,
            provider.GetRequiredService<Directories>().RefreshAsync,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ICredentialCheck, CredentialCheck>();
        services.AddSingleton<RateLimitDocument>();
        services.AddSingleton(provider => new KeptReplies(provider.GetRequiredService<ServerSecrets>().Protection));
        services.AddSingleton(provider => new RateLimits(provider.GetRequiredService<RateLimitDocument>().Read, provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    // Log-in by phone number.
    private static async Task<AccountId?> OwnerOfAsync(IServiceProvider provider, string text, CancellationToken ct)
    {
        var rules = provider.GetRequiredService<ConfigDirectory>().RulesFor(null);
        if (!NumberInput.TryRead(rules, text, out var number, out _)) return null;
        var found = await provider.GetRequiredService<NumbersDatabase>().LoadAsync([number], ct);
        return found.GetValueOrDefault(number)?.Account;
    }
}
