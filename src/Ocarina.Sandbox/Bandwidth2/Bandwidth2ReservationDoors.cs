using System.Xml.Linq;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>A number held for the account for a while.</summary>
internal sealed record Bandwidth2Reservation(string Id, string Digits, DateTimeOffset ExpiresAt)
{
    /// <summary>How long it holds.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(4);
}

/// <summary>Reservations.</summary>
internal static class Bandwidth2ReservationDoors
{
    private const string Root = "ReservationResponse";

    public static IEnumerable<Bandwidth2Door> All { get; } =
    [
        new("POST", "tnreservation", "reservation_create", Create, IsWrite: true, TakesBody: true, Query: []),
        new("GET", "tnreservation/{id}", "reservation_get", Get, Query: []),
        new("DELETE", "tnreservation/{id}", "reservation_delete", Delete, IsWrite: true, Query: []),
    ];

    private static Bandwidth2Reply Create(Bandwidth2Books books, Bandwidth2Request request)
    {
        var sent = request.Body!; // the door takes none without a body
        if (sent.Name.LocalName != "Reservation" || sent.Text("ReservedTn") is not { } text || request.Parse(text) is not { } digits)
            return Bandwidth2Reply.Refused(400, Root, Bandwidth2Error.ReservationMalformed);
        if (books.Stock.Find(digits) is not { } number) return Bandwidth2Reply.Refused(400, Root, Bandwidth2Error.ReservationUnknownNumber(text));
        if (number.ReservationId is not null || !number.IsOrderable(request.Now))
            return Bandwidth2Reply.Refused(400, Root, Bandwidth2Error.ReservationUnavailable(text));

        var reservation = new Bandwidth2Reservation(books.NextId(), digits, request.Now + Bandwidth2Reservation.Life);
        books.Book(reservation);
        return new Bandwidth2Reply(201, null, Bandwidth2OrderDoors.Location(request, "tnreservation", reservation.Id));
    }

    private static Bandwidth2Reply Get(Bandwidth2Books books, Bandwidth2Request request)
    {
        var id = request.Call.Route("id");
        if (books.Reservation(id) is not { } reservation) return Bandwidth2Reply.Refused(404, Root, Bandwidth2Error.ReservationUnknown(id));
        return new Bandwidth2Reply(200, new XElement(Root, new XElement(
            "Reservation",
            new XElement("ReservationId", reservation.Id),
            new XElement("AccountId", request.Account),
            new XElement("ReservationExpires", (long)Math.Max(0, (reservation.ExpiresAt - request.Now).TotalSeconds)), // 0 = expired
            new XElement("ReservedTn", request.Show(reservation.Digits)))));
    }

    private static Bandwidth2Reply Delete(Bandwidth2Books books, Bandwidth2Request request)
    {
        var id = request.Call.Route("id");
        if (books.Reservation(id) is null) return Bandwidth2Reply.Refused(404, Root, Bandwidth2Error.ReservationUnknown(id));
        books.EndReservation(id);
        return new Bandwidth2Reply(200);
    }
}
