using System.Text.Json;
using Ocarina.Client.Wire;

namespace Ocarina.Client;

/// <summary>What a program can do with an Ocarina server: the REST API, typed. Safe to share between threads.</summary>
/// <remarks>
/// Every call throws <see cref="OcarinaApiException"/> when the server refuses, <see cref="OcarinaProtocolException"/> when the reply makes no sense,
/// <see cref="TimeoutException"/> when the server is silent too long, <see cref="HttpRequestException"/> or <see cref="IOException"/> when the connection fails,
/// and <see cref="ArgumentException"/> before anything is sent when a number or account cannot stand in a path.
/// What changes something carries an idempotency key and is repeated under it when the connection breaks, so that it is done once.
/// Accounts are ids of 32 hexadecimal digits. Lists fetch their pages as they are read.
/// </remarks>
public interface INumbersClient
{
    /// <summary>The token in use; changes when it is renewed.</summary>
    string? Token { get; }

    /// <summary>Logs in, whether or not there is a token.</summary>
    Task<LoginReply> LoginAsync(CancellationToken ct);

    /// <summary>Ends the token at the server.</summary>
    Task LogoutAsync(CancellationToken ct);

    /// <summary>Says what the rules make of a number: universal form, class, printed form.</summary>
    Task<NumberClassification> ClassifyAsync(string account, string number, CancellationToken ct);

    /// <summary>One number; as it stood at <paramref name="asOf"/> (RFC 3339 with zone, or Gregorian seconds) when that is given.</summary>
    Task<NumberDocument> GetAsync(string account, string number, string? asOf, CancellationToken ct);

    /// <summary>The account's own numbers, ordered by number.</summary>
    IAsyncEnumerable<NumberRow> ListAsync(string account, NumberFilter filter, int pageSize, CancellationToken ct);

    /// <summary>Searches carriers and stock, all at once.</summary>
    /// <param name="account">For whom.</param>
    /// <param name="search">What.</param>
    /// <param name="progress">Told of each carrier as it answers; none waits for the end in silence.</param>
    /// <param name="ct">Cancels.</param>
    Task<SearchResult> SearchAsync(string account, NumberSearch search, IProgress<CarrierNews>? progress, CancellationToken ct);

    /// <summary>Buys numbers, or moves numbers of accounts below, into the account.</summary>
    Task<NumbersOutcome> ActivateAsync(string account, IReadOnlyList<string> numbers, CallOptions options, CancellationToken ct);

    /// <summary>Buys whichever numbers of the stock are free under a prefix; fewer than asked when there are fewer.</summary>
    Task<NumbersOutcome> ActivateAnyAsync(string account, NumberSearch search, CallOptions options, CancellationToken ct);

    /// <summary>Reserves numbers for the account, one call each.</summary>
    Task<NumbersOutcome> ReserveAsync(string account, IReadOnlyList<string> numbers, CallOptions options, CancellationToken ct);

    /// <summary>Merges into the public fields of a number: <c>{"cnam":{"display_name":"Acme"}}</c>; null removes a member. Switches features on and off.</summary>
    /// <returns>The number as it is then; among the pending ones when a provider outside has still to answer.</returns>
    Task<NumbersOutcome> PatchAsync(string account, string number, JsonElement fields, CallOptions options, CancellationToken ct);

    /// <summary>Releases numbers; with <paramref name="hard"/> deletes them at once (super-duper admin only, ignored for others).</summary>
    Task<NumbersOutcome> ReleaseAsync(string account, IReadOnlyList<string> numbers, bool hard, CancellationToken ct);

    /// <summary>Orders at carriers, of the account and of those below it, newest first.</summary>
    IAsyncEnumerable<OrderDocument> OrdersAsync(string account, OrderFilter filter, int pageSize, CancellationToken ct);

    /// <summary>One order.</summary>
    Task<OrderDocument> GetOrderAsync(string account, string order, CancellationToken ct);

    /// <summary>Asks the carrier about an order now, and gives the order as it is then. Super-duper admin only.</summary>
    Task<OrderDocument> SettleOrderAsync(string account, string order, CancellationToken ct);

    /// <summary>Gives what a carrier sold and nobody has to an account. Super-duper admin only.</summary>
    Task<OrderDocument> AdoptOrderAsync(string account, string order, string owner, CancellationToken ct);

    /// <summary>Gives back what is stranded at a carrier; with <paramref name="byHand"/> says that a person has done so. Super-duper admin only.</summary>
    Task<OrderDocument> ReleaseOrderAsync(string account, string order, bool byHand, CancellationToken ct);

    /// <summary>Runs an operator's command of a carrier module, and gives all it printed. Super-duper admin only.</summary>
    Task<string> RunCommandAsync(string module, IReadOnlyList<string> words, CancellationToken ct);

    /// <summary>The plans that an account sells by; with <paramref name="available"/> those that its reseller sells to it.</summary>
    Task<IReadOnlyList<PlanRow>> PlansAsync(string account, bool available, CancellationToken ct);

    /// <summary>A plan that the account sells by.</summary>
    Task<JsonElement> GetPlanAsync(string account, string plan, CancellationToken ct);

    /// <summary>Makes a plan that the account sells by.</summary>
    Task<JsonElement> CreatePlanAsync(string account, JsonElement document, CancellationToken ct);

    /// <summary>Replaces a plan; its prices hold from now on.</summary>
    Task<JsonElement> PutPlanAsync(string account, string plan, JsonElement document, CancellationToken ct);

    /// <summary>Deletes a plan that nobody is billed by.</summary>
    Task<JsonElement> DeletePlanAsync(string account, string plan, CancellationToken ct);

    /// <summary>Has an account billed by a plan of its reseller, and gives the ids of all its plans.</summary>
    Task<IReadOnlyList<string>> AssignPlanAsync(string account, string plan, CancellationToken ct);

    /// <summary>Takes a plan away from an account, and gives the ids of those that it keeps.</summary>
    Task<IReadOnlyList<string>> UnassignPlanAsync(string account, string plan, CancellationToken ct);

    /// <summary>Who changed what an account is billed by, newest first. Only for who sells to it; of a reseller's own log he sees what concerns the plans that he sells by.</summary>
    IAsyncEnumerable<ServicesChange> ServicesAuditAsync(string account, AuditFilter filter, int pageSize, CancellationToken ct);

    /// <summary>What buying the numbers would cost the account. Buys nothing.</summary>
    Task<QuoteOutcome> QuoteAsync(string account, IReadOnlyList<string> numbers, CancellationToken ct);

    /// <summary>What reserving the numbers would cost the account, each by itself. Reserves nothing.</summary>
    Task<QuoteOutcome> QuoteReservationAsync(string account, IReadOnlyList<string> numbers, CancellationToken ct);

    /// <summary>What an account was charged, newest first.</summary>
    IAsyncEnumerable<ChargeDocument> ChargesAsync(string account, ChargeFilter filter, int pageSize, CancellationToken ct);

    /// <summary>Where what an account holds and what it is charged for this month differ; nothing when all is right.</summary>
    Task<IReadOnlyList<ChargeDifference>> CheckChargesAsync(string account, CancellationToken ct);

    /// <summary>What carriers ask for the numbers of an account and of those below it, beside what these pay. Resellers and above.</summary>
    Task<IReadOnlyList<CarrierCostRow>> CarrierCostsAsync(string account, CancellationToken ct);

    /// <summary>What is left of the money that an account paid in.</summary>
    Task<AccountBalance> BalanceAsync(string account, CancellationToken ct);

    /// <summary>Writes down that an account has paid in, and gives its new balance. Only who sells to it may.</summary>
    Task<AccountBalance> TopUpAsync(string account, decimal amount, CancellationToken ct);

    /// <summary>What happened to a number, newest first.</summary>
    IAsyncEnumerable<NumberEvent> EventsAsync(string account, string number, int pageSize, CancellationToken ct);

    /// <summary>Imports a CSV file in pieces, and gives the result of each row as the server answers it.</summary>
    IAsyncEnumerable<ImportResult> ImportAsync(string account, CsvSource source, CancellationToken ct);

    /// <summary>Writes the account's numbers as CSV; for the master account all numbers.</summary>
    Task<ExportTally> ExportAsync(string account, NumberFilter filter, Stream destination, IProgress<ExportTally>? progress, CancellationToken ct);

    /// <summary>Ids of the stored system documents.</summary>
    IAsyncEnumerable<string> ListConfigsAsync(CancellationToken ct);

    /// <summary>A system document, or one section of it.</summary>
    Task<JsonElement> GetConfigAsync(string id, string? section, bool withDefaults, CancellationToken ct);

    /// <summary>Merges into a system document: <c>{"default":{…}}</c>. Null deletes a member.</summary>
    Task<JsonElement> PatchConfigAsync(string id, JsonElement document, bool force, CancellationToken ct);

    /// <summary>Replaces a system document.</summary>
    Task<JsonElement> PutConfigAsync(string id, JsonElement document, bool force, CancellationToken ct);

    /// <summary>A document as an account sees it: its own over its reseller's over the system's.</summary>
    Task<JsonElement> GetAccountConfigAsync(string account, string id, CancellationToken ct);

    /// <summary>Merges into an account's document.</summary>
    Task<JsonElement> PatchAccountConfigAsync(string account, string id, JsonElement document, bool force, CancellationToken ct);

    /// <summary>Replaces an account's document.</summary>
    Task<JsonElement> PutAccountConfigAsync(string account, string id, JsonElement document, bool force, CancellationToken ct);

    /// <summary>Accounts directly below one.</summary>
    IAsyncEnumerable<AccountRow> ChildrenAsync(string account, int pageSize, CancellationToken ct);

    /// <summary>Accounts below one, at any depth.</summary>
    IAsyncEnumerable<AccountRow> DescendantsAsync(string account, int pageSize, CancellationToken ct);

    /// <summary>One account.</summary>
    Task<AccountDocument> GetAccountAsync(string account, CancellationToken ct);

    /// <summary>Creates an account below another.</summary>
    Task<AccountDocument> CreateAccountAsync(string parent, string name, string? realm, CancellationToken ct);

    /// <summary>Messages on their way to people and systems, newest first. Super-duper admin only.</summary>
    /// <param name="state"><c>waiting</c>, <c>delivered</c> or <c>dead</c>; none lists all.</param>
    /// <param name="kind">Kind of message; none lists all.</param>
    /// <param name="number">Number, in any spelling; none lists all.</param>
    /// <param name="pageSize">Rows fetched at a time.</param>
    /// <param name="ct">Cancels.</param>
    IAsyncEnumerable<DeliveryDocument> DeliveriesAsync(string? state, string? kind, string? number, int pageSize, CancellationToken ct);

    /// <summary>One delivery, with what was tried.</summary>
    Task<DeliveryDocument> GetDeliveryAsync(string delivery, CancellationToken ct);

    /// <summary>Sends a delivery again that has ended.</summary>
    Task<DeliveryDocument> RepeatDeliveryAsync(string delivery, CancellationToken ct);

    /// <summary>Checks that every chain of the ledger is whole and that replaying it gives the rows. Super-duper admin only.</summary>
    Task<LedgerReport> VerifyLedgerAsync(CancellationToken ct);
}
