using System.Xml.Linq;
using Xunit;

namespace Ocarina.Tests.Architecture;

/// <summary>The walls between the rooms: docs/architecture.md draws the map, this keeps it true.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Ocarina.Core"] = [],
        ["Ocarina.Client"] = [],
        ["Ocarina.Carriers"] = ["Ocarina.Core"],
        ["Ocarina.Sandbox"] = [],
        ["Ocarina.Telling"] = ["Ocarina.Core"],
        ["Ocarina.Storage"] = ["Ocarina.Core"],
        ["Ocarina.Manager"] = ["Ocarina.Core", "Ocarina.Storage"],
        ["Ocarina.Cli"] = ["Ocarina.Client"],
        ["Ocarina.Server"] = ["Ocarina.Core", "Ocarina.Carriers", "Ocarina.Client", "Ocarina.Storage", "Ocarina.Manager", "Ocarina.Sandbox", "Ocarina.Telling"],
    };

    private static readonly string[] DatabaseAssemblies = ["Dapper", "Npgsql", "Microsoft.Data", "SQLitePCLRaw", "System.Data"];

    public static TheoryData<string> Rooms => [.. MayKnow.Keys];

    [Fact]
    public void Every_room_is_on_the_map() => Assert.Equal(MayKnow.Keys.Order(), Repository.Rooms);

    [Theory, MemberData(nameof(Rooms))]
    public void A_room_knows_only_what_the_map_allows(string room)
    {
        var known = References(room).Where(name => name.StartsWith("Ocarina.", StringComparison.Ordinal));

        Assert.Empty(known.Except(MayKnow[room]));
    }

    // A reference that is not used leaves no trace in the assembly, but it is a door all the same.
    [Theory, MemberData(nameof(Rooms))]
    public void A_project_refers_only_to_what_the_map_allows(string room)
    {
        var project = XDocument.Parse(Repository.Read($"src/{room}/{room}.csproj"));

        var referred = project.Descendants("ProjectReference").Select(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")?.Value));

        Assert.Empty(referred.Except(MayKnow[room]));
    }

    [Theory, MemberData(nameof(Rooms))]
    public void Only_storage_speaks_to_a_database(string room)
    {
        if (room == "Ocarina.Storage") return;

        // System.Data holds the neutral types of a connection, which the delegates of IDatabase show; Core may not see even those.
        var forbidden = room == "Ocarina.Core" ? DatabaseAssemblies : [.. DatabaseAssemblies.Where(name => name != "System.Data")];

        Assert.DoesNotContain(References(room), name => forbidden.Any(start => name.StartsWith(start, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Ocarina.Core")]
    [InlineData("Ocarina.Carriers")]
    [InlineData("Ocarina.Telling")]
    [InlineData("Ocarina.Client")]
    [InlineData("Ocarina.Cli")]
    public void Core_and_the_client_side_know_no_web_server(string room) =>
        Assert.DoesNotContain(References(room), name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    private static IEnumerable<string> References(string room) =>
        Repository.AssemblyOf(room).GetReferencedAssemblies().Select(name => name.Name ?? "");
}
