using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.OpenApi;

/// <summary>A parameter of the query.</summary>
internal sealed record ApiParameter(string Name, FieldRule Rule);

/// <summary>What the published description says of one endpoint. Stands beside the handler, so that both are changed together.</summary>
/// <param name="Summary">One line: what the call does.</param>
internal sealed record ApiDoc(string Summary)
{
    /// <summary>What a caller should know besides.</summary>
    public string? Text { get; init; }

    /// <summary>Member <c>data</c> of the request; <see langword="null"/> when there is nothing to send.</summary>
    public FieldRule? Data { get; init; }

    /// <summary>Member <c>data</c> of a success; anything when absent.</summary>
    public FieldRule? Reply { get; init; }

    /// <summary>Parameters of the query beyond those every call knows.</summary>
    public IReadOnlyList<ApiParameter> Query { get; init; } = [];

    /// <summary>True for listings in pages; their parameters and members are added.</summary>
    public bool IsPaged { get; init; }

    /// <summary>True when the envelope takes <c>accept_charges</c>.</summary>
    public bool CanCost { get; init; }

    /// <summary>True when a success may also be 202: an order at a carrier is still open.</summary>
    public bool CanWait { get; init; }

    /// <summary>The body is CSV; what its columns are.</summary>
    public string? CsvBody { get; init; }

    /// <summary>The reply is CSV; what its columns are.</summary>
    public string? CsvReply { get; init; }

    /// <summary>Statuses of failures beyond those every call knows.</summary>
    public IReadOnlyList<int> Failures { get; init; } = [];
}

/// <summary>How route files state it.</summary>
internal static class ApiDocExtensions
{
    /// <summary>Names the endpoint (operation id) and says what it does.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder builder, string name, ApiDoc doc) => builder.WithName(name).WithMetadata(doc);
}
