using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Ocarina.Core.Billing;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Demo;
using Ocarina.Manager.Features;
using Ocarina.Manager.Identity;
using Ocarina.Manager.Orders;
using Ocarina.Manager.Search;
using Ocarina.Storage.Billing;
using Ocarina.Storage.Orders;
using Ocarina.Storage.Search;

namespace Ocarina.Manager.Operations;

/// <summary>The door to all that is done with numbers.</summary>
public static class NumberOperationsServices
{
    /// <summary>Registers the operations on numbers; the database, the directories and the clock are registered by the host.</summary>
    public static IServiceCollection AddNumberOperations(this IServiceCollection services)
    {
        services.TryAddSingleton<NumberDesk>();
        services.TryAddSingleton<OrdersDatabase>();
        services.TryAddSingleton<BillingDatabase>();
        services.TryAddSingleton<ServicesOperation>();
        services.TryAddSingleton<ChargeCheck>();
        services.TryAddSingleton<CostReport>();
        services.TryAddSingleton<OutsideBookkeeper>();
        services.TryAddSingleton<IBookkeeper>(provider => provider.GetRequiredService<OutsideBookkeeper>());
        services.TryAddSingleton<OrderWatch>();
        services.TryAddSingleton<OrderSettlement>();
        services.TryAddSingleton<FeatureChecks>();
        services.TryAddSingleton(provider => new FeatureDesk(
            provider.GetRequiredService<OrdersDatabase>(), provider.GetRequiredService<FeatureChecks>(), provider.GetRequiredService<OrderWatch>(),
            provider.GetRequiredService<OrderTurns>, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<FeatureSettlement>();
        services.TryAddSingleton<FeatureRunner>();
        services.TryAddSingleton<OrderRunner>();
        services.TryAddSingleton<OrderTurns>();
        services.TryAddSingleton<PurchaseDesk>();
        services.TryAddSingleton<GivingBack>();
        services.TryAddSingleton<OrderSettler>();
        services.TryAddSingleton<OrderOperations>();
        services.TryAddSingleton<ActivateOperation>();
        services.TryAddSingleton<CreateOperation>();
        services.TryAddSingleton<UpdateOperation>();
        services.TryAddSingleton<ReserveOperation>();
        services.TryAddSingleton<ReleaseOperation>();
        services.TryAddSingleton<AssignToAppOperation>();
        services.TryAddSingleton<ReconcileOperation>();
        services.TryAddSingleton<SearchDatabase>();
        services.TryAddSingleton<LateAnswers>();
        services.TryAddSingleton<SearchOperation>();
        services.TryAddSingleton<OrderReadOperation>();
        services.TryAddSingleton<CheckOperation>();
        services.TryAddSingleton<CarriersInfoOperation>();
        services.TryAddSingleton<ReadOperation>();
        services.TryAddSingleton<IdentifyOperation>();
        services.TryAddSingleton<HistoryOperation>();
        services.TryAddSingleton<FeaturePermissions>();
        services.TryAddSingleton<ImportOperation>();
        services.TryAddSingleton<CsvJobOperation>();
        services.TryAddSingleton<DemoData>();
        services.TryAddSingleton<IAccountDeletion, AccountNumbersRelease>();
        return services;
    }
}
