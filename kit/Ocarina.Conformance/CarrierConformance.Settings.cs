using System.Text;
using Microsoft.Extensions.Logging;
using Ocarina.Conformance.Wire;
using Ocarina.Core.Carriers;
using Ocarina.Core.Configuration;
using Xunit;

namespace Ocarina.Conformance;

/// <content>Settings, secrets, the traffic log, the state of the account.</content>
public abstract partial class CarrierConformance
{
    private string DocumentId => $"number_manager.{Lab.Carrier.Name}";

    /// <summary>C01: what the generated document starts with is right, and buys nothing for real.</summary>
    [Fact]
    public void C01_The_generated_document_is_valid_and_spends_nothing()
    {
        LearnKeys();
        Assert.True(ConfigSchemas.TryGetDefaults(DocumentId, out var defaults), $"{DocumentId} is not known: the module declares no keys.");
        Assert.DoesNotContain(ConfigSchemas.Validate(DocumentId, defaults), problem => !problem.IsWarning);

        var settings = new CarrierSettings(defaults);
        Assert.True(settings.Pretends || !settings.CanProvision || Samples.RequiredKeys.Any(key => !settings.IsSet(key)));
        foreach (var key in Samples.RequiredKeys) Assert.True(Lab.Settings().ContainsKey(key), $"The stub's settings have no {key}.");
        Assert.DoesNotContain(ConfigSchemas.Validate(DocumentId, Lab.Settings()), problem => !problem.IsWarning);
    }

    /// <summary>C02: without a required key nothing is asked.</summary>
    [Fact]
    public async Task C02_A_missing_key_answers_not_configured_without_any_request()
    {
        Row.NeedsCase(Samples.RequiredKeys.Count > 0, "required key");
        var hit = await Lab.HitAsync();
        foreach (var key in Samples.RequiredKeys)
        {
            var context = Lab.Context((key, null));
            var reply = await Lab.FindAsync(context);
            Assert.Equal(CarrierErrorKind.NotConfigured, reply.Error?.Kind);
            Assert.Contains(key, reply.Error?.Detail, StringComparison.Ordinal);
            Assert.Equal(CarrierErrorKind.NotConfigured, Assert.IsType<CarrierOutcome.Refused>((await Lab.SendAsync(Lab.Order(hit), context)).Outcome).Error.Kind);
        }

        Assert.Empty(Lab.Tap.Seen);
    }

    /// <summary>C03: a wrong value is refused, and the message names the key.</summary>
    [Fact]
    public void C03_A_wrong_value_is_refused_with_the_name_of_its_key()
    {
        LearnKeys();
        Row.NeedsCase(Samples.InvalidSettings.Count > 0, "value that could be wrong");
        foreach (var (key, value) in Samples.InvalidSettings)
            Assert.Contains(ConfigSchemas.Validate(DocumentId, Lab.Settings((key, value))), problem => !problem.IsWarning && problem.Path.StartsWith(key, StringComparison.Ordinal));
    }

    /// <summary>C05: secrets are in no log, no error and no evidence, whatever the carrier sends back.</summary>
    [Fact]
    public async Task C05_Secrets_are_in_no_log_error_or_evidence()
    {
        var hit = await Lab.HitAsync();
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var context = Lab.Context(("debug", true), ("debug_file", file));
        try
        {
            var said = new StringBuilder();
            said.Append((await Lab.FindAsync(context)).Error?.Detail);
            Lab.Tap.Add(new WireFault(WireFaultKind.Echo).Always());
            said.Append((await Lab.FindAsync(context)).Error?.Detail);
            said.Append((await Lab.SendAsync(Lab.Order(hit), context)).Outcome);
            Lab.Tap.ClearFaults();
            var (_, outcome) = await Lab.CarryOutAsync(Lab.Order(await Lab.HitAsync()), context);
            said.Append(outcome).AppendJoin('\n', outcome.Evidence).AppendJoin('\n', Lab.Logs.Select(line => line.Text));
            said.Append(await File.ReadAllTextAsync(file, Row.Ct));

            var text = said.ToString();
            foreach (var secret in context.Settings.Secrets.Where(secret => secret.Length >= 3))
                foreach (var form in Forms(secret)) Assert.DoesNotContain(form, text, StringComparison.Ordinal);
            foreach (var header in Lab.Tap.Seen.Select(request => request.Headers.GetValueOrDefault("Authorization")).OfType<string>())
                Assert.DoesNotContain(header.Split(' ')[^1], text, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>C41: the traffic log holds each request with its reply when it is on, does not exist when it is off, and never stands in the way.</summary>
    [Fact]
    public async Task C41_The_traffic_log_pairs_requests_and_replies_and_never_fails_a_call()
    {
        var folder = Directory.CreateTempSubdirectory("conformance-");
        try
        {
            var (file, link, target) = (Path.Combine(folder.FullName, "on"), Path.Combine(folder.FullName, "link"), Path.Combine(folder.FullName, "target"));
            Assert.Null((await Lab.FindAsync(Lab.Context(("debug_file", file)))).Error);
            Assert.False(File.Exists(file));

            Lab.Tap.Reset();
            Assert.Null((await Lab.FindAsync(Lab.Context(("debug", true), ("debug_file", file)), 3)).Error);
            var lines = await File.ReadAllLinesAsync(file, Row.Ct);
            string[] Ids(string word) => [.. lines.Where(line => line.StartsWith("=== ", StringComparison.Ordinal)).Select(line => line.Split(' ')).Where(parts => parts[3] == word).Select(parts => parts[4]).Order()];
            Assert.Equal(Lab.Tap.Seen.Count, Ids("req").Length);
            Assert.Equal(Ids("req"), Ids("resp"));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

            await File.WriteAllTextAsync(target, "", Row.Ct);
            File.CreateSymbolicLink(link, target);
            Assert.Null((await Lab.FindAsync(Lab.Context(("debug", true), ("debug_file", link)), 4)).Error);
            Assert.Null((await Lab.FindAsync(Lab.Context(("debug", true), ("debug_file", Path.Combine(folder.FullName, "no", "such", "folder"))), 5)).Error);
            Assert.Equal("", await File.ReadAllTextAsync(target, Row.Ct));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>C42: what began before a change of settings ends with the old ones, and what begins afterwards has the new ones.</summary>
    [Fact]
    public async Task C42_Calls_in_flight_keep_their_settings_and_new_ones_have_the_new()
    {
        const int Calls = 50;
        var order = Lab.Order(await Lab.HitAsync());
        var before = Lab.Context();
        Lab.Tap.Add(new WireFault(WireFaultKind.Stall) { Delay = TimeSpan.FromMilliseconds(300) }.Always());
        var buying = Lab.SendAsync(order, before);
        var searches = Enumerable.Range(1, Calls - 1).Select(_ => Lab.FindAsync(before, 3)).ToList();
        await UntilAsync(() => Lab.Tap.InFlight > 0);

        // Most of the old calls still wait for a connection, and send what they have to say after this.
        var moved = await Lab.FindAsync(Lab.Context(Lab.Stub.SettingsFor(new Uri("http://127.0.0.1:1/"))), 3);
        Assert.Equal(CarrierErrorKind.Unreachable, moved.Error?.Kind);
        if (Samples.WrongCredentials.Count > 0)
            Assert.Equal(CarrierErrorKind.Unauthenticated, (await Lab.FindAsync(Lab.Context(Samples.WrongCredentials), 3)).Error?.Kind);

        Assert.All(await Task.WhenAll(searches), reply => Assert.True(reply.Error is null, reply.Error?.ToString()));
        var (sent, first) = await buying;
        Lab.Tap.ClearFaults();
        var (bought, outcome) = await Lab.SettleAsync(sent, first, before);
        Assert.IsType<CarrierOutcome.Done>(outcome);
        Assert.Equal([bought.Number.ToString()], await Lab.OwnedAsync());
    }

    /// <summary>C45: notices of the carrier decide nothing. Given a place to send them to, a module has none sent there, and an order that takes its time is ended by asking.</summary>
    [Fact]
    public async Task C45_Orders_end_by_asking_and_not_by_notices()
    {
        Row.NeedsCase(Samples.Notices is not null, "notices");
        var visits = 0;
        await using var place = await StubServer.StartAsync(
            _ =>
            {
                Interlocked.Increment(ref visits);
                return new StubReply(200);
            },
            Row.Ct);
        var context = Lab.Context(Samples.Notices!(place.Address)); // else the row was skipped
        var hit = await Lab.HitAsync();
        Row.NeedsCase(await Lab.Stub.ArrangeAsync(StubSituation.OrdersAreSlow, Row.Ct), "orders of this kind");
        var (order, outcome) = await Lab.SendAsync(Lab.Order(hit), context);
        Assert.True(outcome is CarrierOutcome.Pending or CarrierOutcome.Unknown, outcome.ToString()); // nobody has said that it is done
        for (var question = 0; question < 100 && outcome is CarrierOutcome.Pending or CarrierOutcome.Unknown or CarrierOutcome.Absent; question++)
        {
            await Task.Delay(100, Row.Ct);
            (order, outcome) = await Lab.AskAsync(order, context);
        }

        Assert.IsType<CarrierOutcome.Done>(outcome);
        Assert.Equal([order.Number.ToString()], await Lab.OwnedAsync());
        Assert.Single(Lab.Tap.SeenOf(WireAct.Order));
        Assert.DoesNotContain(Lab.Tap.Seen, request => request.Text.Contains(place.Address.Authority, StringComparison.Ordinal));
        Assert.Equal(0, visits);
    }

    /// <summary>C44: the question about the account tells wrong credentials, a wrong account and an unreachable carrier apart.</summary>
    [Fact]
    public async Task C44_Health_tells_wrong_credentials_a_wrong_account_and_unreachable_apart()
    {
        var healthy = await Lab.Carrier.HealthAsync(Lab.Context(), Row.Ct);
        Row.NeedsCase(healthy?.Kind != CarrierErrorKind.NotSupported, "question about the account");
        Assert.Null(healthy);

        var closed = Lab.Stub.SettingsFor(new Uri("http://127.0.0.1:1/"));
        Assert.Equal(CarrierErrorKind.Unreachable, (await Lab.Carrier.HealthAsync(Lab.Context(closed), Row.Ct))?.Kind);
        if (Samples.WrongCredentials.Count > 0)
            Assert.Equal(CarrierErrorKind.Unauthenticated, (await Lab.Carrier.HealthAsync(Lab.Context(Samples.WrongCredentials), Row.Ct))?.Kind);
        if (Samples.WrongAccount.Count > 0)
            Assert.Contains((await Lab.Carrier.HealthAsync(Lab.Context(Samples.WrongAccount), Row.Ct))?.Kind, (CarrierErrorKind?[])[CarrierErrorKind.InvalidConfig, CarrierErrorKind.Unauthorized, CarrierErrorKind.NotFound]);
    }

    /// <summary>C46: commands print, and tell wrong use and a refusing carrier apart.</summary>
    [Fact]
    public async Task C46_Commands_print_and_tell_wrong_use_from_a_carrier_that_refuses()
    {
        var commands = Lab.Carrier as ICarrierMaintenance;
        Row.NeedsCase(commands is not null, "commands for operators");
        foreach (var command in commands!.Commands) // Assert.Skip has thrown when there are none
        {
            List<string> tooMany = [.. command.Arguments, "one", "two"];
            Assert.IsType<CarrierCommandReply.Usage>(await commands.RunAsync(command.Function, tooMany, Lab.Context(), Row.Ct));
            if (command.Arguments.Count > 0) continue;
            Assert.NotEmpty(Assert.IsType<CarrierCommandReply.Printed>(await commands.RunAsync(command.Function, [], Lab.Context(), Row.Ct)).Text);
            if (Samples.WrongCredentials.Count > 0) Assert.IsType<CarrierCommandReply.Failed>(await commands.RunAsync(command.Function, [], Lab.Context(Samples.WrongCredentials), Row.Ct));
        }

        Assert.IsType<CarrierCommandReply.Usage>(await commands.RunAsync("no_such_command", [], Lab.Context(), Row.Ct));
    }

    /// <summary>C49: at normal level nobody's number is in the log.</summary>
    [Fact]
    public async Task C49_Logs_hold_no_whole_number()
    {
        var bought = await Lab.BuyAsync();
        await Lab.CarryOutAsync(Lab.Release(bought));
        Lab.Tap.Add(WireFault.Answer(500).Always());
        await Lab.SendAsync(Lab.Release(bought), Lab.Context());
        Lab.Tap.ClearFaults();

        var digits = bought.Number.ToString().TrimStart('+')[^9..];
        Assert.DoesNotContain(Lab.Logs, line => line.Level >= LogLevel.Information && line.Text.Contains(digits, StringComparison.Ordinal));
    }

    private void LearnKeys()
    {
        if (!Lab.Carrier.Info.Keys.IsDefaultOrEmpty) ConfigSchemas.LearnCarrier(Lab.Carrier.Name, Lab.Carrier.Info.Keys);
    }

    private static IEnumerable<string> Forms(string secret) =>
        new[] { secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), Uri.EscapeDataString(secret), System.Security.SecurityElement.Escape(secret) }.Distinct();
}
