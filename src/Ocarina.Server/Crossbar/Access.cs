namespace Ocarina.Server.Crossbar;

/// <summary>Who may call an endpoint, from everybody to few (`http-api.md` 1.5, 1.6).</summary>
internal enum Access
{
    /// <summary>Everybody; a bad token is ignored.</summary>
    Public,

    /// <summary>Whoever has a token. Below an account, that account and those above it.</summary>
    SignedIn,

    /// <summary>The super-duper admin only. What endpoints at top level require unless they say otherwise.</summary>
    SuperDuper,
}

/// <summary>Marks an endpoint with who may call it.</summary>
internal sealed record AccessMetadata(Access Access);

/// <summary>Marks an endpoint that reads its body itself, as a stream of CSV: no size limit, no envelope.</summary>
internal sealed record StreamsBodyMetadata;

/// <summary>How route files state both.</summary>
internal static class AccessExtensions
{
    /// <summary>States who may call; without it: below an account whoever has rights on it, at top level the super-duper admin.</summary>
    public static TBuilder Allow<TBuilder>(this TBuilder builder, Access access) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessMetadata(access));

    /// <summary>The endpoint takes <c>text/csv</c> and reads <c>Request.Body</c> itself.</summary>
    public static TBuilder StreamsCsvBody<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new StreamsBodyMetadata());
}
