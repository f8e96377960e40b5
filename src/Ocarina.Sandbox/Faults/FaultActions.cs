using System.Collections.Frozen;

namespace Ocarina.Sandbox.Faults;

/// <summary>When an action strikes.</summary>
internal enum FaultPhase
{
    /// <summary>Instead of the carrier: nothing is booked.</summary>
    Instead,

    /// <summary>After the carrier did its work and wrote it down: the reply suffers.</summary>
    After,

    /// <summary>Only the carrier's own code asks for it.</summary>
    Behaviour,
}

/// <summary>The names of all actions. Rules and the header use these words.</summary>
internal static class FaultActions
{
    /// <summary>Sends the reply late.</summary>
    public const string Delay = "delay";

    /// <summary>Sends the reply in drops, over <c>delay_ms</c> in all.</summary>
    public const string SlowBody = "slow_body";

    /// <summary>Answers a status; with <c>code</c> in the carrier's error shape, else without a body.</summary>
    public const string Status = "status";

    /// <summary>502 with a page of HTML.</summary>
    public const string Html502 = "html_502";

    /// <summary>200 with nothing in it.</summary>
    public const string Empty200 = "empty_200";

    /// <summary>204.</summary>
    public const string NoContent = "no_content";

    /// <summary>Half of the reply, as if it were all of it.</summary>
    public const string Truncated = "truncated";

    /// <summary>Announces more bytes than it sends, then closes.</summary>
    public const string WrongLength = "wrong_length";

    /// <summary>Says UTF-16 and sends UTF-8.</summary>
    public const string WrongCharset = "wrong_charset";

    /// <summary>Puts a byte-order mark before the reply.</summary>
    public const string Bom = "bom";

    /// <summary>A few compressed kilobytes that unpack to 1 GiB.</summary>
    public const string GzipBomb = "gzip_bomb";

    /// <summary>XML or JSON that is neither.</summary>
    public const string Malformed = "malformed";

    /// <summary>XML with a DTD and an external entity.</summary>
    public const string Dtd = "dtd";

    /// <summary>100,000 levels deep.</summary>
    public const string Nested = "nested";

    /// <summary>100 MB.</summary>
    public const string Huge = "huge";

    /// <summary>A well-formed document of something else.</summary>
    public const string UnexpectedRoot = "unexpected_root";

    /// <summary>A login page with 200.</summary>
    public const string Html200 = "html_200";

    /// <summary>Closes without reading the body.</summary>
    public const string DropBeforeRead = "drop_before_read";

    /// <summary>Reads the whole request, closes, books nothing.</summary>
    public const string DropAfterHeaders = "drop_after_headers";

    /// <summary>Books, closes without a byte.</summary>
    public const string DropAfterBooking = "drop_after_booking";

    /// <summary>Books, sends half of the reply, closes.</summary>
    public const string DropMidReply = "drop_mid_reply";

    /// <summary>Books, answers 500.</summary>
    public const string BookThen500 = "book_then_500";

    /// <summary>Books, replies after <c>delay_ms</c> (default 120 s).</summary>
    public const string BookThenDelay = "book_then_delay";

    /// <summary>Books, answers nonsense with 200.</summary>
    public const string BookThenNonsense = "book_then_nonsense";

    /// <summary>Does the work, sends the reply of an earlier request of the same carrier.</summary>
    public const string OtherReply = "other_reply";

    /// <summary>302 to another host.</summary>
    public const string Redirect = "redirect";

    /// <summary>400 with the request's secrets in the body.</summary>
    public const string EchoCredentials = "echo_credentials";

    /// <summary>Another customer takes the numbers of the request just before it.</summary>
    public const string StockTaken = "stock_taken";

    private static readonly string[] Behaviours =
    [
        "order_partial", "order_backordered", "order_failed", "order_slow", "order_lag", "order_flap", "no_completed_numbers", "missing_status",
        "deliver_late", "deliver_never", "deliver_wrong", "deliver_more", "cancel_later", "filter_ignored", "price_up", "multiline_text",
        "padded_line", "strings_for_booleans", "auth_401", "plain_telephone_number", "duplicate_notification", "second_checkout",
        "regulation_refused", "balance_warning", "stale_token", "location_error",
    ];

    private static readonly FrozenDictionary<string, FaultPhase> Phases =
        new[]
        {
            (Delay, FaultPhase.After), (SlowBody, FaultPhase.After), (Truncated, FaultPhase.After), (WrongLength, FaultPhase.After),
            (WrongCharset, FaultPhase.After), (Bom, FaultPhase.After), (DropAfterBooking, FaultPhase.After), (DropMidReply, FaultPhase.After),
            (BookThen500, FaultPhase.After), (BookThenDelay, FaultPhase.After), (BookThenNonsense, FaultPhase.After),
            (OtherReply, FaultPhase.After), (StockTaken, FaultPhase.After),
            (Status, FaultPhase.Instead), (Html502, FaultPhase.Instead), (Empty200, FaultPhase.Instead), (NoContent, FaultPhase.Instead),
            (GzipBomb, FaultPhase.Instead), (Malformed, FaultPhase.Instead), (Dtd, FaultPhase.Instead), (Nested, FaultPhase.Instead),
            (Huge, FaultPhase.Instead), (UnexpectedRoot, FaultPhase.Instead), (Html200, FaultPhase.Instead),
            (DropBeforeRead, FaultPhase.Instead), (DropAfterHeaders, FaultPhase.Instead), (Redirect, FaultPhase.Instead),
            (EchoCredentials, FaultPhase.Instead),
        }
        .Concat(Behaviours.Select(name => (name, FaultPhase.Behaviour)))
        .ToFrozenDictionary(entry => entry.Item1, entry => entry.Item2, StringComparer.Ordinal);

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => Phases.Keys.Order(StringComparer.Ordinal);

    /// <summary>True for the name of an action.</summary>
    public static bool IsKnown(string? action) => action is not null && Phases.ContainsKey(action);

    /// <summary>When an action strikes.</summary>
    public static FaultPhase PhaseOf(string action) => Phases[action];
}
