using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Telling;

/// <summary>The mail templates of an account (`http-api.md` 8.2): none, for templates are the operator's (document <c>notifications.{message}</c>). Clients that look find an empty list.</summary>
internal static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v2/accounts/{account}/notifications", (CrossbarRequest request) => request.Paging.Cut([])).WithTags("Webhooks").Describe("notifications.list", new("List the mail templates of an account")
        {
            Text = "Always empty: templates are set by the operator, in the documents `notifications.*`.", IsPaged = true, Reply = FieldRule.List(FieldRule.Object()), Failures = [403, 404],
        });
}
