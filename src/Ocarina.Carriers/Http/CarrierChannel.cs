using System.Globalization;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>Talks to one carrier for one call of its module. Reads are repeated within limits, a write goes out once.</summary>
/// <remarks>Only requests fail by exception; every HTTP status is a reply. See <see cref="HttpErrors"/> for what statuses mean.</remarks>
public sealed class CarrierChannel
{
    private const int ReadsMax = 3;
    private const int ReadsMaxWithBudget = 2;

    /// <summary>Kept for the module, to answer with what it has.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromMilliseconds(150);

    /// <summary>How long a write waits for its turn before it goes back to its order: longer than any carrier can ask.</summary>
    private static readonly TimeSpan WritePatience = HttpErrors.HintMax + TimeSpan.FromSeconds(10);

    private static readonly string[] OwnHeaders = ["authorization", "host", "content-length", "transfer-encoding", "connection", "content-type", "cookie"];

    private readonly CarrierHttp _http;
    private readonly CarrierName _carrier;
    private readonly CarrierContext _context;
    private readonly ChannelOptions _options;
    private readonly HttpMessageInvoker _invoker;
    private readonly Circuit _circuit;
    private readonly TrafficLog? _traffic;

    internal CarrierChannel(CarrierHttp http, CarrierName carrier, CarrierContext context, ChannelOptions options, HttpMessageInvoker invoker, Circuit circuit)
    {
        (_http, _carrier, _context, _options, _invoker, _circuit) = (http, carrier, context, options, invoker, circuit);
        var settings = context.Settings;
        Mask = TrafficMask.For(settings);
        if (settings.Flag("debug", false)) _traffic = http.Traffic.Open(settings.Text("debug_file") ?? options.DebugFile ?? $"/tmp/{carrier}.log");
    }

    /// <summary>Hides secrets in what is shown or kept.</summary>
    internal TrafficMask Mask { get; }

    /// <summary>Asks, and asks again when that may help: at most three times, twice within a deadline. The last reply is answered, whatever its status.</summary>
    /// <exception cref="CarrierException">No reply: unreachable, too late, too many requests, or the circuit is open.</exception>
    public async Task<CarrierReply> ReadAsync(CarrierCall call, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        var most = _context.Budget is null ? ReadsMax : ReadsMaxWithBudget;
        var isReadAgain = false;
        CarrierReply? reply = null;
        CarrierException? failure = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                (reply, failure) = (await AttemptAsync(call, isWrite: false, ct), null);
                if (reply.IsSuccess && !IsReadable(call, reply) && !isReadAgain && attempt < most) isReadAgain = true; // once, whatever happens then
                else if ((!HttpErrors.IsThrottle(reply.Status) && reply.Status < 500) || call.IsAnswer?.Invoke(reply) == true) return reply;
            }
            catch (WireException lost)
            {
                (reply, failure) = (null, lost.Failure);
            }
            catch (CarrierException) when (attempt > 1)
            {
                return Last(); // there is no turn for asking again: what was seen before stands
            }

            var pause = PauseAfter(attempt, reply);
            if (attempt >= most || pause + Reserve >= _context.TimeLeft) return Last();
            _http.Measures.Retried(_carrier);
            await Task.Delay(pause, _http.Clock, ct);
        }

        CarrierReply Last() => reply ?? throw failure!; // an attempt leaves one of the two
    }

    /// <summary>Sends what changes something at the carrier: once, with a content object. Answers any HTTP status. From the first byte on it is not cancelled, only the reply's time is limited.</summary>
    /// <exception cref="CarrierException">
    /// <see cref="CarrierErrorKind.OutcomeUnknown"/>: it may have been taken. Any other kind: nothing was sent.
    /// </exception>
    public async Task<CarrierReply> WriteAsync(CarrierCall call, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            return await AttemptAsync(call, isWrite: true, ct);
        }
        catch (WireException lost)
        {
            if (!lost.WasSent) throw lost.Failure;
            var error = lost.Failure.Error;
            throw new CarrierException(new CarrierError(CarrierErrorKind.OutcomeUnknown, $"{error.Name}: {error.Detail}"), lost.Failure);
        }
    }

    /// <summary>Says that the carrier refuses our credentials, where it does not say so by its status: the circuit opens.</summary>
    public void ReportUnauthenticated() => Note(_circuit.Failed(CarrierErrorKind.Unauthenticated), CarrierErrorKind.Unauthenticated);

    private async Task<CarrierReply> AttemptAsync(CarrierCall call, bool isWrite, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var address = CarrierAddress.Resolve(_options.BaseAddress, call.Address);
        if (CarrierUrls.Fault(address, _context.Settings.Flag("allow_plain_http", false)) is { } fault) throw NotSent(new CarrierError(CarrierErrorKind.InvalidConfig, fault));
        Pass(call, isWrite);
        var hasVerdict = false;
        try
        {
            await TakeTokenAsync(call, isWrite, ct);
            var patience = isWrite ? WriteTimeout(call) : ReadTimeout(call);
            if (patience <= TimeSpan.Zero) throw NotSent(new CarrierError(CarrierErrorKind.Timeout, "The time for this search is over"));

            var started = _http.Clock.GetTimestamp();
            var entry = new TrafficEntry(_traffic, Mask, _carrier, _http.Clock);
            using var request = Request(call, address, isWrite);
            entry.Sends(request, call.Body);
            try
            {
                var reply = await SendAsync(request, isWrite, patience, ct);
                hasVerdict = true;
                Judge(call, reply);
                entry.Received(reply, ElapsedMs(started));
                Measure(call, reply.IsSuccess ? "ok" : CarrierErrorNames.Of(HttpErrors.KindOf(reply.Status)), started, reply.Status);
                return reply;
            }
            catch (WireException lost)
            {
                hasVerdict = true;
                // A short deadline of the caller is not the carrier's fault.
                if (lost.Failure.Error.Kind == CarrierErrorKind.Timeout && patience < ConfiguredReadTimeout(call) / 10) _circuit.Left();
                else Note(_circuit.Failed(lost.Failure.Error.Kind), lost.Failure.Error.Kind);
                entry.Failed(lost.Failure.Error.Detail ?? lost.Failure.Error.Name, ElapsedMs(started));
                Measure(call, lost.Failure.Error.Name, started, null);
                throw;
            }
        }
        finally
        {
            if (!hasVerdict) _circuit.Left();
        }
    }

    private void Pass(CarrierCall call, bool isWrite)
    {
        if (_circuit.TryPass(call.BypassesCircuit ? _context.Settings.SettleIntervalMax : null) is not { } closed) return;
        // A purchase that was not sent may be sent later; a wrong password does not get right by waiting.
        var kind = isWrite && closed.Why != CarrierErrorKind.Unauthenticated ? CarrierErrorKind.RateLimited : closed.Why;
        throw NotSent(new CarrierError(kind, $"Not asked: {CarrierErrorNames.Of(closed.Why)} just before") { RetryAfter = closed.Wait });
    }

    private async Task TakeTokenAsync(CarrierCall call, bool isWrite, CancellationToken ct)
    {
        var scope = _options.LimitScope ?? $"{_carrier} {_options.BaseAddress.Authority}";
        var rate = _context.Settings.Number("rate_limit_per_s", _options.RatePerSecond);
        var patience = isWrite ? WritePatience : Shorter(_context.TimeLeft - Reserve, WritePatience);
        try
        {
            if (patience < TimeSpan.Zero) patience = TimeSpan.Zero;
            await _http.BucketOf(call.LimitGroup is null ? scope : $"{scope} {call.LimitGroup}").TakeAsync(rate, patience, ct);
        }
        catch (CarrierException)
        {
            _http.Measures.Throttled(_carrier);
            throw;
        }
    }

    /// <summary>Draws from a reply what concerns later requests.</summary>
    private void Judge(CarrierCall call, CarrierReply reply)
    {
        if (HttpErrors.IsThrottle(reply.Status))
        {
            var scope = _options.LimitScope ?? $"{_carrier} {_options.BaseAddress.Authority}";
            _http.BucketOf(call.LimitGroup is null ? scope : $"{scope} {call.LimitGroup}").Slow(HttpErrors.HintOf(reply) ?? HttpErrors.HintMin);
            _http.Measures.Throttled(_carrier);
            _circuit.Left(); // it works, but this is no sign that it does its work
        }
        else if (reply.Status >= 500 && call.IsAnswer?.Invoke(reply) != true) Note(_circuit.Failed(CarrierErrorKind.CarrierFault), CarrierErrorKind.CarrierFault);
        else if (reply.Status == 401 && !call.MayHaveOldLogin) ReportUnauthenticated();
        else if (reply.Status is >= 300 and <= 399 and not 303) Note(_circuit.Failed(CarrierErrorKind.BadReply), CarrierErrorKind.BadReply);
        else _circuit.Succeeded();
    }

    private async Task<CarrierReply> SendAsync(HttpRequestMessage request, bool isWrite, TimeSpan patience, CancellationToken ct)
    {
        var exchange = new Exchange();
        using var timeout = new CancellationTokenSource(patience, _http.Clock);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token);
        // A write that has left is not given up by who asked for it: its outcome must be seen.
        await using var _ = ct.Register(() =>
        {
            if (!isWrite || exchange.TryCancel()) given.Cancel();
        });
        try
        {
            Exchange.Current = exchange;
            using var response = await _invoker.SendAsync(request, given.Token);
            return await ReplyReader.ReadAsync(response, _http.Clock.GetUtcNow(), Read, given.Token);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested && !timeout.IsCancellationRequested && (!isWrite || !exchange.HasStarted))
        {
            throw new OperationCanceledException(ct);
        }
        catch (OperationCanceledException late)
        {
            var isConnecting = !exchange.HasStarted;
            var error = timeout.IsCancellationRequested && !isConnecting
                ? new CarrierError(CarrierErrorKind.Timeout, "reply_timeout")
                : new CarrierError(timeout.IsCancellationRequested ? CarrierErrorKind.Timeout : CarrierErrorKind.Unreachable, "connect_timeout");
            throw new WireException(new CarrierException(error, late), exchange.HasStarted);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or CarrierException)
        {
            throw new WireException(WireFaults.Of(lost), exchange.HasStarted);
        }
        finally
        {
            Exchange.Current = null;
            if (isWrite && exchange.HasStarted) CallWitness.Current?.Wrote();
        }
    }

    private HttpRequestMessage Request(CarrierCall call, Uri address, bool isWrite)
    {
        var request = new HttpRequestMessage(call.Method, address) { Version = System.Net.HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        // Without a content object the framework's handler repeats a request by itself when the server hangs up (carriers.md 1.3).
        if (call.Body is not null || isWrite)
        {
            request.Content = new ByteArrayContent(call.Body ?? []);
            if (call.ContentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", call.ContentType);
        }

        request.Headers.TryAddWithoutValidation("User-Agent", CarrierHttp.UserAgent);
        request.Headers.TryAddWithoutValidation("Accept", call.Accept ?? "*/*");
        foreach (var (name, value) in call.Headers) request.Headers.TryAddWithoutValidation(name, value);
        foreach (var (name, value) in _context.Settings.Members("extra_headers") ?? [])
            if (!OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) && value is not null) request.Headers.TryAddWithoutValidation(name, value.ToString());
        return request;
    }

    private static bool IsReadable(CarrierCall call, CarrierReply reply)
    {
        try
        {
            if (call.Expects == ReplyForm.Xml) CarrierXml.Parse(reply);
            else if (call.Expects == ReplyForm.Json) CarrierJson.Parse(reply);
            return true;
        }
        catch (CarrierException)
        {
            return false; // who asked reads it himself and learns why
        }
    }

    private static TimeSpan PauseAfter(int attempt, CarrierReply? reply)
    {
        var pause = TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * 250 * (1 << (attempt - 1))); // full jitter
        var hint = reply is not null && HttpErrors.IsThrottle(reply.Status) ? HttpErrors.HintOf(reply) ?? HttpErrors.HintMin : TimeSpan.Zero;
        return hint > pause ? hint : pause;
    }

    private TimeSpan ReadTimeout(CarrierCall call) => Shorter(ConfiguredReadTimeout(call), _context.TimeLeft - Reserve);

    private TimeSpan ConfiguredReadTimeout(CarrierCall call) => call.Timeout ?? Configured(_options.ReadTimeout);

    private TimeSpan WriteTimeout(CarrierCall call) => call.Timeout ?? Configured(_options.WriteTimeout);

    private TimeSpan Configured(TimeSpan otherwise) =>
        TimeSpan.FromMilliseconds(_context.Settings.WholeNumber("request_timeout_ms", (int)otherwise.TotalMilliseconds, 500, 180_000));

    private void Read(bool isReadable) => Note(_circuit.Read(isReadable), CarrierErrorKind.BadReply);

    private void Note(TimeSpan? open, CarrierErrorKind why)
    {
        if (open is not { } time) return;
        _http.Measures.CircuitOpened(_carrier);
        _http.Logger.CircuitOpened(_carrier, CarrierErrorNames.Of(why), (int)time.TotalSeconds);
    }

    private void Measure(CarrierCall call, string outcome, long started, int? status)
    {
        var elapsed = ElapsedMs(started);
        _http.Measures.Answered(_carrier, call.Operation, outcome, elapsed);
        CallWitness.Current?.Saw(call.Operation, status?.ToString(CultureInfo.InvariantCulture) ?? outcome, elapsed);
    }

    private long ElapsedMs(long started) => (long)_http.Clock.GetElapsedTime(started).TotalMilliseconds;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static CarrierException NotSent(CarrierError error) => new(error);
}
