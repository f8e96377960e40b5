using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Ocarina.Sandbox.Mail;

namespace Ocarina.Sandbox.Control;

/// <summary>The mailbox in the control interface: what arrived, and what is to be refused.</summary>
internal sealed class MailboxApi(MailServer mail)
{
    /// <summary>Opens the doors.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mailbox", ControlApi.Serve(_ => new JsonObject
        {
            ["port"] = mail.Port,
            ["mails"] = new JsonArray([.. mail.Mails.Reverse().Select(one => (JsonNode)one.ToJson(whole: false))]),
        }));
        routes.MapGet("/mailbox/{id}", ControlApi.Serve(call => int.TryParse(call.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && mail.Mails.FirstOrDefault(one => one.Id == id) is { } found
            ? found.ToJson(whole: true)
            : throw new ControlRefusal(404, "There is no such mail.")));
        routes.MapDelete("/mailbox", ControlApi.Serve(_ => new JsonObject { ["removed"] = mail.Clear() }));
        routes.MapPost("/mailbox/faults", ControlApi.Serve(async call =>
        {
            var body = await call.ObjectAsync("at", "code", "text", "times");
            var (at, code, times) = (ControlApi.Text(body, "at"), ControlApi.Whole(body, "code") ?? 451, ControlApi.Whole(body, "times") ?? 1);
            if (!MailFault.Moments.Contains(at)) throw new ControlRefusal(400, $"'at' is one of {string.Join(", ", MailFault.Moments)}.");
            if (code is not 0 and not (>= 400 and < 600) || times < 1) throw new ControlRefusal(400, "'code' is 0 or from 400 to 599, 'times' 1 or more.");
            mail.Add(new MailFault(at, code, body["text"]?.ToString() ?? "Not now", times));
            return new JsonObject { ["added"] = 1 };
        }));
    }
}
