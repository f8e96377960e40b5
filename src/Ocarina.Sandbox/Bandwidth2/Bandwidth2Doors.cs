namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Every door of the account API.</summary>
internal static class Bandwidth2Doors
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Bandwidth2Door> All { get; } =
    [
        .. Bandwidth2SearchDoors.All,
        .. Bandwidth2OrderDoors.All,
        .. Bandwidth2DisconnectDoors.All,
        .. Bandwidth2NumberDoors.All,
        .. Bandwidth2AccountDoors.All,
        .. Bandwidth2ReservationDoors.All,
        .. Bandwidth2SubscriptionDoors.All,
        .. Bandwidth2PortDoors.All,
    ];
}
