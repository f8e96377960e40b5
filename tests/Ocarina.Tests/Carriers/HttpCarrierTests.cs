using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;
using static Ocarina.Tests.Carriers.CarrierLab;

namespace Ocarina.Tests.Carriers;

/// <summary>What every HTTP module gets from its base class: the switches of carriers.md 1.8, and faults as answers.</summary>
public sealed class HttpCarrierTests
{
    private static readonly PhoneNumber Number = PhoneNumber.Parse("+13035550142");

    [Theory]
    [InlineData("""{"enable_provisioning":true,"sandbox_provisioning":false}""", typeof(CarrierOutcome.Done), typeof(CarrierOutcome.Done), typeof(CarrierOutcome.Pretended))]
    [InlineData("""{"enable_provisioning":true,"sandbox_provisioning":true}""", typeof(CarrierOutcome.Pretended), typeof(CarrierOutcome.Stranded), typeof(CarrierOutcome.Pretended))]
    [InlineData("{}", typeof(CarrierOutcome.Pretended), typeof(CarrierOutcome.Stranded), typeof(CarrierOutcome.Pretended))]
    [InlineData("""{"enable_provisioning":"false","sandbox_provisioning":"true"}""", typeof(CarrierOutcome.Pretended), typeof(CarrierOutcome.Stranded), typeof(CarrierOutcome.Pretended))]
    [InlineData("""{"enable_provisioning":false,"sandbox_provisioning":false}""", typeof(CarrierOutcome.Refused), typeof(CarrierOutcome.Stranded), typeof(CarrierOutcome.Pretended))]
    public async Task The_switches_decide_what_is_sent(string settings, Type bought, Type released, Type releasedPretended)
    {
        using var lab = new CarrierLab();
        var carrier = new ScriptedCarrier(lab.Host);
        var context = lab.Context(settings);

        Assert.IsType(bought, await carrier.AcquireAsync(Order(), context, Ct));
        Assert.IsType(released, await carrier.DisconnectAsync(Order("""{"order_id":"1"}"""), context, Ct));
        Assert.IsType(releasedPretended, await carrier.DisconnectAsync(Order("""{"sandbox":true}"""), context, Ct));
        Assert.Equal(bought == typeof(CarrierOutcome.Done) ? 2 : 0, carrier.Calls);
        await carrier.FindAsync(new CarrierSearch("+1303", 1, 0, "US"), context, Ct); // searches go on whatever the switches say
        Assert.Equal(bought == typeof(CarrierOutcome.Done) ? 3 : 1, carrier.Calls);
    }

    [Fact]
    public async Task A_dry_run_gives_everything_back_as_it_was()
    {
        using var lab = new CarrierLab();
        var carrier = new ScriptedCarrier(lab.Host) { Missing = "api_key" };
        var order = Order("""{"b":1,"a":[2]}""") with { IsDryRun = true };

        Assert.Equal(order.CarrierData, Assert.IsType<CarrierOutcome.Unchanged>(await carrier.AcquireAsync(order, lab.Context(), Ct)).CarrierData);
        Assert.Equal(order.CarrierData, Assert.IsType<CarrierOutcome.Unchanged>(await carrier.DisconnectAsync(order, lab.Context(), Ct)).CarrierData);
        Assert.Equal(0, carrier.Calls);
    }

    [Fact]
    public async Task What_is_pretended_passes_the_same_checks_and_says_so_for_ever()
    {
        using var lab = new CarrierLab();
        var objecting = new ScriptedCarrier(lab.Host) { Objection = new CarrierError(CarrierErrorKind.InvalidRequest) };
        var order = Order("""{"number_id":"7"}""");

        Assert.IsType<CarrierOutcome.Refused>(await objecting.AcquireAsync(order, lab.Context(), Ct));
        var data = Assert.IsType<CarrierOutcome.Pretended>(await new ScriptedCarrier(lab.Host).AcquireAsync(order, lab.Context(), Ct)).CarrierData.ToObject();

        Assert.True((bool)data["sandbox"]!);
        Assert.Equal(("7", $"sandbox-{order.Key}", $"Kazoo-{order.Key}", "+13035550142"), ((string?)data["number_id"], (string?)data["order_id"], (string?)data["order_name"], (string?)data["number"]));
    }

    [Fact]
    public async Task Without_a_required_key_nothing_is_asked()
    {
        using var lab = new CarrierLab();
        var carrier = new ScriptedCarrier(lab.Host) { Missing = "api_key" };
        var context = lab.Context("""{"sandbox_provisioning":false}""");

        Assert.Equal((CarrierErrorKind.NotConfigured, "api_key is not set"), Said((await carrier.FindAsync(new CarrierSearch("+1303", 1, 0, "US"), context, Ct)).Error));
        Assert.Equal(CarrierErrorKind.NotConfigured, Assert.IsType<CarrierOutcome.Refused>(await carrier.AcquireAsync(Order(), context, Ct)).Error.Kind);
        Assert.Equal(CarrierErrorKind.NotConfigured, Assert.IsType<CarrierOutcome.Unknown>(await carrier.RecoverAsync(Order(), context, Ct)).Error.Kind);
        Assert.IsType<CarrierOutcome.Stranded>(await carrier.DisconnectAsync(Order(), context, Ct));
        Assert.Equal(CarrierErrorKind.NotConfigured, (await carrier.HealthAsync(context, Ct))!.Kind);
        Assert.Equal(0, carrier.Calls);
    }

    [Fact]
    public async Task A_carrier_that_is_switched_off_neither_searches_nor_buys()
    {
        using var lab = new CarrierLab();
        var carrier = new ScriptedCarrier(lab.Host);
        var context = lab.Context("""{"enabled":"false","sandbox_provisioning":false}""");

        Assert.True((await carrier.FindAsync(new CarrierSearch("+1303", 1, 0, "US"), context, Ct)).IsSkipped);
        Assert.IsType<CarrierOutcome.Refused>(await carrier.AcquireAsync(Order(), context, Ct));
        Assert.Equal(0, carrier.Calls);
    }

    [Fact]
    public async Task A_fault_before_the_write_refuses_and_one_after_it_leaves_the_outcome_open()
    {
        using var lab = new CarrierLab();
        await using var server = await CarrierStub.SayingAsync(201, "nonsense");
        var context = lab.Context("""{"sandbox_provisioning":false}""");
        var before = new ScriptedCarrier(lab.Host) { OnOrder = _ => throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "x")) };
        var crash = new ScriptedCarrier(lab.Host) { OnOrder = _ => throw new InvalidOperationException("x") };
        var after = Writing(() => { });
        var crashAfter = Writing(() => throw new InvalidOperationException("p@ssword-in-a-message"));

        Assert.IsType<CarrierOutcome.Refused>(await before.AcquireAsync(Order(), context, Ct));
        Assert.IsType<CarrierOutcome.Unknown>(await before.RecoverAsync(Order(), context, Ct));
        Assert.IsType<CarrierOutcome.Unknown>(await crash.AcquireAsync(Order(), context, Ct));
        var open = Assert.IsType<CarrierOutcome.Unknown>(await after.AcquireAsync(Order(), context, Ct));
        Assert.Contains(open.Evidence, note => note.StartsWith("thing_write 201 ", StringComparison.Ordinal));
        Assert.DoesNotContain("p@ssword", Assert.IsType<CarrierOutcome.Unknown>(await crashAfter.AcquireAsync(Order(), context, Ct)).Error.Detail!, StringComparison.Ordinal);

        ScriptedCarrier Writing(Action fail)
        {
            return new ScriptedCarrier(lab.Host)
            {
                OnOrder = async given =>
                {
                    var reply = await lab.Http.Open(Anybody, given, new ChannelOptions(server.Address)).WriteAsync(Post(), Ct);
                    fail();
                    CarrierXml.Parse(reply);
                    return new CarrierOutcome.Done(DocumentText.Empty);
                },
            };
        }
    }

    [Fact]
    public async Task Secrets_in_what_carriers_say_do_not_get_out()
    {
        using var lab = new CarrierLab();
        const string Settings = """{"sandbox_provisioning":false,"api_password":"very-secret-word"}""";
        var said = new CarrierError(CarrierErrorKind.InvalidRequest, $"Bad password very-secret-word {new string('x', 1000)}");
        var carrier = new ScriptedCarrier(lab.Host)
        {
            OnOrder = _ => Task.FromResult<CarrierOutcome>(new CarrierOutcome.Refused(said) { Evidence = ["saw very-secret-word"] }),
            OnSearch = _ => Task.FromResult(FindReply.Failed(said)),
        };

        var refused = Assert.IsType<CarrierOutcome.Refused>(await carrier.AcquireAsync(Order(), lab.Context(Settings), Ct));
        var found = await carrier.FindAsync(new CarrierSearch("+1303", 1, 0, "US"), lab.Context(Settings), Ct);

        Assert.All([refused.Error.Detail!, found.Error!.Detail!, .. refused.Evidence], text => Assert.DoesNotContain("very-secret-word", text, StringComparison.Ordinal));
        Assert.Equal(CarrierError.DetailMax, refused.Error.Detail!.Length);
    }

    [Fact]
    public async Task Results_are_unique_within_the_prefix_and_not_more_than_asked_for()
    {
        using var lab = new CarrierLab();
        string[] numbers = ["+13035550101", "+13035550101", "+14155550101", "+13035550103", "+13035550102", "+13035550104"];
        var carrier = new ScriptedCarrier(lab.Host) { OnSearch = _ => Task.FromResult(new FindReply([.. numbers.Select(text => new CarrierHit(PhoneNumber.Parse(text)))])) };

        var reply = await carrier.FindAsync(new CarrierSearch("+1303", 3, 0, "US"), lab.Context(), Ct);

        Assert.Equal(["+13035550101", "+13035550103", "+13035550102"], reply.Numbers.Select(hit => hit.Number.ToString()));
        Assert.Equal(1, reply.Dropped);
    }

    [Fact]
    public async Task A_search_that_fails_is_an_answer_and_one_that_is_given_up_is_not()
    {
        using var lab = new CarrierLab();
        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        var crash = new ScriptedCarrier(lab.Host) { OnSearch = _ => throw new FormatException("boom") };
        var late = new ScriptedCarrier(lab.Host) { OnSearch = _ => throw new OperationCanceledException(given.Token) };

        Assert.Equal(CarrierErrorKind.BadReply, (await crash.FindAsync(new CarrierSearch("+1303", 3, 0, "US"), lab.Context(), Ct)).Error!.Kind);
        Assert.Equal(CarrierErrorKind.Timeout, (await late.FindAsync(new CarrierSearch("+1303", 3, 0, "US"), lab.Context(), Ct)).Error!.Kind);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late.FindAsync(new CarrierSearch("+1303", 3, 0, "US"), lab.Context(), given.Token));
        await Assert.ThrowsAsync<CarrierException>(() => crash.CheckAsync([Number], lab.Context(), Ct));
        await Assert.ThrowsAsync<CarrierException>(() => crash.ListOwnedAsync(null, lab.Context(), Ct));
    }

    private static CarrierOrder Order(string data = "{}") => new(OrderKey.New(TimeProvider.System), OrderKind.Acquire, Number) { CarrierData = DocumentText.FromStorage(data) };

    private static (CarrierErrorKind, string?) Said(CarrierError? error) => (error!.Kind, error.Detail);
}
