namespace Ocarina.Core.Telling;

/// <summary>Something to be told to people and systems: part of the decision that causes it, written with it, sent later (docs/decisions/0015-telling.md).</summary>
/// <param name="Kind">What happened; see <see cref="MessageKinds"/>.</param>
/// <param name="Account">The account it concerns; none when it concerns the installation.</param>
/// <param name="Number">The number it is about; the default value when it is about none. Messages of one number reach a receiver in their order.</param>
/// <param name="Payload">What is told, beside the account's id: members in lower case with underscores (`http-api.md` 8.1).</param>
public sealed record Message(string Kind, AccountId? Account, PhoneNumber Number, DocumentText Payload);

/// <summary>Names of messages, as receivers see them (`http-api.md` 8.1). Stored, so never renamed.</summary>
public static class MessageKinds
{
    /// <summary>A number's outgoing caller name was set or changed: a person has to ask the carrier for it.</summary>
    public const string CnamRequest = "cnam_request";

    /// <summary>A port was created; told again every day until it is submitted.</summary>
    public const string PortUnconfirmed = "port_unconfirmed";

    /// <summary>A number is to be ported in.</summary>
    public const string PortRequest = "port_request";

    /// <summary>A port waits for the losing carrier.</summary>
    public const string PortPending = "port_pending";

    /// <summary>A port has a date.</summary>
    public const string PortScheduled = "port_scheduled";

    /// <summary>A port was rejected.</summary>
    public const string PortRejected = "port_rejected";

    /// <summary>A port was given up.</summary>
    public const string PortCancel = "port_cancel";

    /// <summary>A number was ported in.</summary>
    public const string Ported = "ported";

    /// <summary>Somebody commented on a port.</summary>
    public const string PortComment = "port_comment";

    /// <summary>A feature of a number has to be switched by hand.</summary>
    public const string NumberFeatureManualAction = "number_feature_manual_action";

    /// <summary>A billable quantity rose.</summary>
    public const string ServiceAdded = "service_added";

    /// <summary>Something was charged by a plan whose bookkeeper is outside: for him, and nobody else.</summary>
    public const string Charge = "charge";

    /// <summary>A number was created, edited or deleted: for webhooks of that kind, made from the ledger and never by a decision.</summary>
    public const string NumberObject = "object";
}
