using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Ocarina.Tests.Support;

namespace Ocarina.Tests.Proof;

/// <summary>What all buyers see: numbers somebody found, groups, and whether the server runs.</summary>
internal sealed class TortureHall
{
    private const int NewestCount = 120;

    private readonly ConcurrentDictionary<string, byte> _known = new(StringComparer.Ordinal);
    private readonly List<string> _numbers = [];
    private volatile TaskCompletionSource _up = NewGate();
    private int _answered;

    /// <summary>Groups of which some number can be bought.</summary>
    public ConcurrentDictionary<string, byte> Groups { get; } = new(StringComparer.Ordinal);

    /// <summary>How often each status was answered.</summary>
    public ConcurrentDictionary<string, int> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers that nobody should ever get.</summary>
    public ConcurrentQueue<string> Odd { get; } = new();

    /// <summary>Ends when the server is told to run.</summary>
    public Task UpAsync(CancellationToken ct) => _up.Task.WaitAsync(ct);

    public void Open() => _up.TrySetResult();

    public void Close() => _up = NewGate();

    /// <summary>Waits until so many more calls were answered, or for so long.</summary>
    public async Task AnsweredAsync(int count, TimeSpan most, CancellationToken ct)
    {
        var until = Volatile.Read(ref _answered) + count;
        for (var watch = Stopwatch.StartNew(); Volatile.Read(ref _answered) < until && watch.Elapsed < most;) await Task.Delay(2, ct);
    }

    public void Answered() => Interlocked.Increment(ref _answered);

    public void Count(string what) => Answers.AddOrUpdate(what, 1, (_, count) => count + 1);

    /// <summary>Shows found numbers to everybody.</summary>
    public void Show(IEnumerable<string> numbers)
    {
        lock (_numbers) _numbers.AddRange(numbers.Where(number => _known.TryAdd(number, 0)));
    }

    /// <summary>Mostly one of those found last, which others want as well.</summary>
    public string? Pick(Random random)
    {
        lock (_numbers)
        {
            if (_numbers.Count == 0) return null;
            var from = random.Next(3) == 0 ? 0 : Math.Max(0, _numbers.Count - NewestCount);
            return _numbers[random.Next(from, _numbers.Count)];
        }
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One client: searches, buys, reserves, gives back; repeats with its key what was not answered.</summary>
internal sealed class TortureBuyer(TortureHall hall, Api api, Random random)
{
    // The longer ones are of exchanges that Voxbone alone sells.
    public static readonly string[] Searches =
    [
        "415", "303", "212", "205", "919", "604", "416", "800&tollfree=true", "888&tollfree=true", "4159", "3039", "6049", "161&country=GB", "131&country=GB",
    ];

    private readonly List<string> _mine = [];
    private readonly List<Call> _open = [];
    private int _calls;

    /// <summary>What this one asked for and was told.</summary>
    public Told Told { get; } = new(api.Account);

    /// <summary>Acts until it is told to stop; a call that has begun is followed to its answer.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken ct)
    {
        while (!stop.IsCancellationRequested)
        {
            await hall.UpAsync(ct);
            if (_open.Count > 0 && random.Next(2) == 0) await RepeatAsync(_open[random.Next(_open.Count)], ct);
            else await ActAsync(ct);
            await Task.Delay(random.Next(80), ct);
        }

        while (_open.Count > 0)
        {
            await RepeatAsync(_open[0], ct);
            await Task.Delay(100, ct);
        }
    }

    /// <summary>Searches and shows everybody what was found.</summary>
    public async Task SearchAsync(CancellationToken ct, int quantity = 20, string? wanted = null)
    {
        var search = new Call("GET", $"{api.Numbers}?quantity={quantity}&prefix={wanted ?? Searches[random.Next(Searches.Length)]}", null, null);
        if (await TryAsync(search, ct) is not { Status: 200 } reply) return;
        hall.Show(reply.Data!.AsArray().Select(row => (string)row!["number"]!)); // every row has one
        foreach (var offer in reply.Json["offers"]?.AsArray() ?? [])
            if ((int?)offer!["quantity_available"] > 50) hall.Groups.TryAdd((string)offer["id"]!, 0); // as above
    }

    private Task ActAsync(CancellationToken ct) => random.Next(100) switch
    {
        < 12 => SearchAsync(ct),
        < 55 => BuyOneAsync(ct),
        < 70 => BuyListAsync(ct),
        < 83 => BuyOfGroupAsync(ct),
        _ => GiveBackAsync(ct),
    };

    private async Task BuyOneAsync(CancellationToken ct)
    {
        if (hall.Pick(random) is not { } number) return;
        Told.Asked.Add(number);
        var verb = random.Next(5) == 0 ? "reserve" : "activate";
        await SendAsync("PUT", $"{api.Of(number)}/{verb}", random.Next(3) == 0 ? new JsonObject { ["crm"] = random.Next() } : null, ct);
    }

    private async Task BuyListAsync(CancellationToken ct)
    {
        var numbers = Enumerable.Range(0, random.Next(2, 5)).Select(_ => hall.Pick(random)).OfType<string>().Distinct().ToList();
        if (numbers.Count == 0) return;
        Told.Asked.UnionWith(numbers);
        await SendAsync("PUT", $"{api.Numbers}/collection/activate", new JsonObject { ["numbers"] = new JsonArray([.. numbers.Select(number => (JsonNode)number)]) }, ct);
    }

    private async Task BuyOfGroupAsync(CancellationToken ct)
    {
        var groups = hall.Groups.Keys.Order(StringComparer.Ordinal).ToList();
        if (groups.Count == 0) return;
        var quantity = random.Next(1, 3);
        Told.AskedOfGroups += quantity;
        var offer = new JsonObject { ["id"] = groups[random.Next(groups.Count)], ["quantity"] = quantity };
        await SendAsync("PUT", $"{api.Numbers}/collection/activate", new JsonObject { ["offers"] = new JsonArray(offer) }, ct);
    }

    private async Task GiveBackAsync(CancellationToken ct)
    {
        if (_mine.Count == 0) return;
        var at = random.Next(_mine.Count);
        var number = _mine[at];
        if (random.Next(3) == 0) _mine.RemoveAt(at); // else it is tried again: its purchase may be under way still
        Told.GivenBack.Add(number);
        await SendAsync("DELETE", api.Of(number), null, ct);
    }

    private void Note(Reply reply)
    {
        if (reply is not { Status: 200 or 201 or 202 }) return;
        if (reply.Data?["success"] is JsonObject success)
        {
            foreach (var (number, _) in success) Win(number);
            foreach (var (_, document) in reply.Data["pending"]?.AsObject() ?? []) Promise(document);
        }
        else if (reply.Status == 202) Promise(reply.Data);
        else Win((string)reply.Data!["id"]!); // a number's document has one
    }

    private void Win(string number)
    {
        if (Told.Won.Add(number)) _mine.Add(number);
    }

    private void Promise(JsonNode? document)
    {
        Told.Promised.Add((string)document!["_read_only"]!["order"]!["id"]!); // what is pending names its order
        // A number whose purchase is under way may be given back later.
        if ((string?)document["id"] is { } number && number.StartsWith('+') && random.Next(3) == 0) _mine.Add(number);
    }

    // With a key the call is repeated until it is answered, while other things go on; without one its loss is final.
    private async Task SendAsync(string verb, string path, JsonObject? data, CancellationToken ct)
    {
        var call = new Call(verb, verb == "PUT" ? $"{path}?accept_charges=true" : path, data, random.Next(5) < 3 ? $"{api.Account}-{_calls++}" : null);
        if (call.Key is not null) _open.Add(call);
        await RepeatAsync(call, ct);
    }

    private async Task RepeatAsync(Call call, CancellationToken ct)
    {
        await hall.UpAsync(ct);
        var reply = await TryAsync(call, ct);
        if (reply is null)
        {
            hall.Count(call.Key is null ? "lost" : "lost, repeated");
            return;
        }

        if (call.Key is not null && (string?)reply.Json["message"] == "request_in_progress") return;
        _open.Remove(call);
        if (call.Verb == "PUT") Note(reply);
    }

    private async Task<Reply?> TryAsync(Call call, CancellationToken ct)
    {
        try
        {
            var reply = await api.SendAsync(call.Verb, call.Path, (JsonObject?)call.Data?.DeepClone(), ct, call.Key);
            var isRunning = call.Key is not null && reply.Status == 409 && (string?)reply.Json["message"] == "request_in_progress";
            hall.Count(isRunning ? "in progress" : $"{call.Verb} {reply.Status}");
            if (!isRunning && call.Verb != "GET") hall.Answered();
            if (!IsRight(reply)) hall.Odd.Enqueue($"{call.Verb} {call.Path} {call.Data?.ToJsonString()}: {reply.Status} {reply.Text}");
            return reply;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or SocketException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return null; // the server was killed
        }
    }

    private static bool IsRight(Reply reply) => reply.Status is 200 or 201 or 202 or 400 or 404 or 409
        || (reply.Status == 500 && (string?)reply.Data?["message"] == "fault by carrier");

    private sealed record Call(string Verb, string Path, JsonObject? Data, string? Key);
}
