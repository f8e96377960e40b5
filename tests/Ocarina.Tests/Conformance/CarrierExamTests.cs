using System.Reflection;
using System.Text.RegularExpressions;
using Ocarina.Carriers;
using Ocarina.Carriers.Http;
using Ocarina.Conformance;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Conformance;

/// <summary>No carrier without its exam.</summary>
public sealed class CarrierExamTests
{
    [Fact]
    public void Every_carrier_that_talks_over_http_sits_the_exam()
    {
        using var http = new CarrierHttp(TimeProvider.System);
        var host = new CarrierHost(TimeProvider.System, http);
        var examined = typeof(CarrierExamTests).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, IsPublic: true } && typeof(CarrierConformance).IsAssignableFrom(type))
            .Select(type => ModuleOf(type, host))
            .ToHashSet();
        var carriers = typeof(CarrierModules).Assembly.GetTypes().Where(type => !type.IsAbstract && typeof(HttpCarrier).IsAssignableFrom(type)).ToList();

        Assert.True(carriers.Count >= 4);
        Assert.Empty(carriers.Except(examined).Select(type => type.Name));
    }

    [Fact]
    public void Every_row_of_the_checklist_is_named_once_in_the_table()
    {
        var table = Architecture.Repository.Read("docs/carriers/conformance.md").Split('\n');
        var tests = typeof(CarrierConformance).GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => method.Name[..3]).ToHashSet();

        for (var row = 1; row <= 50; row++)
        {
            var line = Assert.Single(table, line => line.StartsWith($"| C{row:00} |", StringComparison.Ordinal));
            Assert.Equal(tests.Contains($"C{row:00}"), line.Contains("| kit", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_test_that_the_table_names_exists()
    {
        var named = Regex.Matches(Architecture.Repository.Read("docs/carriers/conformance.md"), "`([A-Za-z0-9]+Tests)`").Select(match => match.Groups[1].Value).ToHashSet();
        var present = typeof(CarrierExamTests).Assembly.GetTypes().Select(type => type.Name).ToHashSet();

        Assert.True(named.Count > 10);
        Assert.Empty(named.Except(present));
    }

    private static Type ModuleOf(Type exam, ICarrierHost host)
    {
        var create = exam.GetMethod("Create", BindingFlags.Instance | BindingFlags.NonPublic) ?? throw new InvalidOperationException($"{exam.Name} makes nothing.");
        return create.Invoke(Activator.CreateInstance(exam), [host])!.GetType(); // it makes a module
    }
}
