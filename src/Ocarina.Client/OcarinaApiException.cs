using System.Text.Json;
using Ocarina.Client.Wire;

namespace Ocarina.Client;

/// <summary>A field the server did not accept (http-api.md 1.11).</summary>
/// <param name="Path">Dotted path of the field.</param>
/// <param name="Kind">Which check failed: <c>required</c>, <c>maxLength</c> …</param>
/// <param name="Message">For people.</param>
public sealed record FieldProblem(string Path, string Kind, string Message);

/// <summary>The server understood the call and refused it.</summary>
/// <remarks>Number errors, field errors and quotes are read where the reply holds them; <see cref="Detail"/> is always the whole of it.</remarks>
public sealed class OcarinaApiException : Exception
{
    internal OcarinaApiException(int status, string error, JsonElement detail, string? requestId, bool isLogin = false)
        : base(Internal.ErrorDetail.Describe(status, error, detail))
    {
        Status = status;
        Error = error;
        Detail = detail;
        RequestId = requestId;
        IsLogin = isLogin;
        Number = Internal.ErrorDetail.ReadNumber(detail);
        Fields = Number is null ? Internal.ErrorDetail.ReadFields(status, detail) : [];
        Choices = status == 400 ? Internal.ErrorDetail.ReadChoices(detail) : [];
        Quotes = status == 402 ? Internal.ErrorDetail.ReadQuotes(detail) : [];
    }

    /// <summary>HTTP status.</summary>
    public int Status { get; }

    /// <summary>The envelope's short text: <c>bad_identifier</c>, <c>validation error</c> …</summary>
    public string Error { get; }

    /// <summary>The envelope's data.</summary>
    public JsonElement Detail { get; }

    /// <summary>By which the operator finds the call in the server's log.</summary>
    public string? RequestId { get; }

    /// <summary>Whether it was the login that was refused, not the call that needed it. The detail may then repeat the secret.</summary>
    public bool IsLogin { get; }

    /// <summary>The number error, when the reply is one.</summary>
    public NumberProblem? Number { get; }

    /// <summary>The fields refused, when the reply is a validation error.</summary>
    public IReadOnlyList<FieldProblem> Fields { get; }

    /// <summary>What could have been meant, when what was sent means several things, such as an address: one of these is to be sent in its place.</summary>
    public IReadOnlyList<JsonElement> Choices { get; }

    /// <summary>What the change would cost, when charges have to be accepted first.</summary>
    public IReadOnlyList<Quote> Quotes { get; }

    /// <summary>Whether the same call with charges accepted would be carried out.</summary>
    public bool AsksToAcceptCharges => Status == 402 && Detail.ValueKind == JsonValueKind.Array;
}

/// <summary>Something answered, but not in the words of the API: another program at that address, or a reply cut short.</summary>
public sealed class OcarinaProtocolException : Exception
{
    internal OcarinaProtocolException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
