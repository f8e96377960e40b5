using Ocarina.Manager.Identity;

namespace Ocarina.Server.Hosting;

/// <summary>What a person who starts the server reads.</summary>
internal static class FirstStartBanner
{
    private const string Line = "----------------------------------------------------------------------------------";

    /// <summary>The block of the first start: shown once, for nobody can read a password back.</summary>
    public static string Of(FirstStartResult first, Uri address, ServerOptions options) => $"""
        {Line}
        Ocarina, first start. Keep these; they are shown only now.

          address    {address}
          account    {first.AccountName}
          user       {FirstStart.AdminName}
          password   {(options.AdminPassword is null ? first.AdminPassword : "as given in OCARINA_ADMIN_PASSWORD")}
          API key    {(options.ApiKey is null ? first.ApiKey : "as given in OCARINA_API_KEY")}
        {Line}
        """;
}
