using Ocarina.Server.Crossbar;
using Ocarina.Server.Crossbar.Accounts;
using Ocarina.Server.Crossbar.Configs;
using Ocarina.Server.Crossbar.Login;
using Ocarina.Server.Crossbar.Orders;
using Ocarina.Server.Crossbar.PhoneNumbers;
using Ocarina.Server.Crossbar.Services;
using Ocarina.Server.Crossbar.Sup;
using Ocarina.Server.Crossbar.Telling;
using Ocarina.Server.Crossbar.Users;
using Ocarina.Server.Health;
using Ocarina.Server.Pages;

namespace Ocarina.Server.Hosting;

/// <summary>Every path this server answers, by resource.</summary>
internal static class ServerRoutes
{
    public static void MapEverything(this WebApplication app)
    {
        app.MapLogin();
        app.MapAccounts();
        app.MapAccountTree();
        app.MapUsers();
        app.MapAccountConfigs();
        app.MapSystemConfigs();
        app.MapPhoneNumbers();
        app.MapOrders();
        app.MapServices();
        app.MapServicesAudit();
        app.MapPlans();
        app.MapCharges();
        app.MapWebhooks();
        app.MapNotifications();
        app.MapEvents();
        app.MapOutbox();
        app.MapSup();
        app.MapAbout();

        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapPages();
        app.MapHealth();
    }

    /// <summary>The browser page over the published description, at <c>/docs/api</c>.</summary>
    public static void UseApiBrowser(this WebApplication app) => app.UseSwaggerUI(ui =>
    {
        ui.RoutePrefix = "docs/api";
        ui.DocumentTitle = "Ocarina API";
        ui.SwaggerEndpoint("/openapi/v1.json", "Ocarina");
    });
}
