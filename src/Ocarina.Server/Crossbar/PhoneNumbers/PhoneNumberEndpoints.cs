namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>Phone numbers (`http-api.md` 2).</summary>
internal static class PhoneNumberEndpoints
{
    public static void MapPhoneNumbers(this IEndpointRouteBuilder routes) => ArgumentNullException.ThrowIfNull(routes);
}
