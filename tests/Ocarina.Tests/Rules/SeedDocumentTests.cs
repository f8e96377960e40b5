using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Configuration;
using Ocarina.Core.Normalization;
using Xunit;

namespace Ocarina.Tests.Rules;

/// <summary>What the manuals print must load: as it stands where it is JSON, mended or with its place named where it is not (numbers.md 2.1).</summary>
[Trait("Category", "Shared")]
public sealed class SeedDocumentTests
{
    [Fact]
    public void The_bandwidth_manual_loads_as_it_stands()
    {
        var document = ConfigJson.Parse(SeedDocuments.Blocks("000")[2]);

        Assert.Equal("number_manager.bandwidth", document["_id"]!.GetValue<string>());
        Assert.Equal(2, document["default"]!["endpoints"]!.AsArray().Count);
        Assert.Empty(ConfigSections.Validate("number_manager.bandwidth", document));
    }

    /// <summary>Block of a manual, the id its document is stored under, and whether it is JSON as it stands.</summary>
    [Theory]
    [InlineData("000", 0, "number_manager", false)]
    [InlineData("000", 1, "number_manager", false)]
    [InlineData("000", 2, "number_manager.bandwidth", true)]
    [InlineData("001", 0, "number_manager", false)]
    [InlineData("001", 1, "number_manager", false)]
    [InlineData("001", 2, "number_manager.bandwidth2", false)]
    [InlineData("002", 0, "number_manager", false)]
    [InlineData("002", 1, "number_manager", false)]
    [InlineData("002", 2, "number_manager.voxbone", true)]
    [InlineData("004", 0, "number_manager", true)]
    [InlineData("004", 1, "number_manager", false)]
    [InlineData("004", 2, "number_manager", false)]
    public void Every_document_of_the_manuals_is_accepted_under_its_id(string manual, int place, string id, bool isJson)
    {
        var block = SeedDocuments.Blocks(manual)[place];
        if (isJson) block = block[block.IndexOf('{', StringComparison.Ordinal)..]; // the fifth manual has a line before it

        var members = isJson ? ConfigJson.Parse(block) : ConfigJson.ParseManual(block, out _);
        var document = members.ContainsKey("default") ? members : new JsonObject { ["default"] = members };

        Assert.True(document["_id"] is not { } named || named.GetValue<string>() == id);
        Assert.NotEmpty(document["default"]!.AsObject());
        Assert.DoesNotContain(ConfigSections.Validate(id, document), problem => !problem.IsWarning);
    }

    [Theory]
    [InlineData("000", 3)]
    [InlineData("001", 3)]
    [InlineData("002", 3)]
    [InlineData("003", 0)]
    [InlineData("004", 3)]
    public void No_document_of_the_manuals_is_forgotten(string manual, int documents) =>
        Assert.Equal(documents, SeedDocuments.Blocks(manual).Count(block => block.Replace(" ", "", StringComparison.Ordinal).Contains("\":", StringComparison.Ordinal)));

    [Fact]
    public void The_choice_that_the_third_manual_leaves_open_is_a_warning()
    {
        var warning = Assert.Single(ConfigSections.Validate("number_manager.voxbone", ConfigJson.Parse(SeedDocuments.Blocks("002")[2])));

        Assert.Equal(("default.environment", true), (warning.Path, warning.IsWarning));
    }

    [Fact]
    public void Fragments_without_braces_load()
    {
        var modules = ConfigJson.ParseManual(SeedDocuments.Blocks("000")[0], out _);
        var port = ConfigJson.ParseManual(SeedDocuments.Blocks("000")[1], out _);

        Assert.Equal(["local", "bandwidth"], NumberManagerSettings.From(modules).CarrierModules.Select(carrier => carrier.ToString()));
        Assert.Equal("bandwidth", NumberManagerSettings.From(port).PortInModule.ToString());
    }

    [Fact]
    public void The_trailing_comma_of_the_second_manual_is_mended_and_named()
    {
        var text = SeedDocuments.Blocks("001")[2];

        var strict = Assert.Throws<ConfigJsonException>(() => ConfigJson.Parse(text));
        var document = ConfigJson.ParseManual(text, out var notes);

        Assert.Equal(13, strict.Line);
        Assert.Equal("20902288", document["default"]!["account_id"]!.GetValue<string>());
        Assert.Equal("East coast Kazoo", document["default"]!["order_name_prefix"]!.GetValue<string>());
        Assert.StartsWith("line 12, column ", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void The_missing_comma_of_the_third_manual_is_mended_and_named()
    {
        var document = ConfigJson.ParseManual(SeedDocuments.Blocks("002")[0], out var notes);

        Assert.Equal(
            ["local", "inventory", "managed", "reserved", "reserved_reseller", "voxbone"],
            NumberManagerSettings.From(document).CarrierModules.Select(carrier => carrier.ToString()));
        Assert.Contains(notes, note => note.StartsWith("line 6, ", StringComparison.Ordinal) && note.EndsWith("a comma was missing", StringComparison.Ordinal));
    }

    [Fact]
    public void The_other_blocks_of_the_third_manual_load()
    {
        var timeout = ConfigJson.ParseManual(SeedDocuments.Blocks("002")[1], out _);
        var voxbone = ConfigJson.Parse(SeedDocuments.Blocks("002")[2]);

        Assert.Equal(10000, NumberManagerSettings.From(timeout).SearchTimeoutMs);
        Assert.Equal("{API KEY}", voxbone["default"]!["api_key"]!.GetValue<string>());
    }

    [Fact]
    public void The_lost_quote_of_the_fifth_manual_is_mended_and_the_second_document_behind_it_is_named()
    {
        var block = SeedDocuments.Blocks("004")[0];
        var line = block.Split('\n')[0];

        var document = ConfigJson.ParseManual(line, out var notes);
        var broken = Assert.Throws<ConfigJsonException>(() => ConfigJson.ParseManual(block, out _));

        Assert.Equal("bandwidth", NumberManagerSettings.From(document).PortInModule.ToString());
        Assert.Contains(notes, note => note.StartsWith("line 1, column 2", StringComparison.Ordinal));
        Assert.Equal((3, 1), (broken.Line, broken.Column));
    }

    [Fact]
    public void The_full_document_of_the_fifth_manual_loads_as_it_stands_and_means_the_seed_sets()
    {
        var block = SeedDocuments.Blocks("004")[0];
        var document = ConfigJson.Parse(block[block.IndexOf('{', StringComparison.Ordinal)..]);
        var effective = ConfigSections.Effective("number_manager", document, null, null);
        var settings = NumberManagerSettings.From(effective);
        var rules = NumberRules.Prepare(effective, null, null);

        Assert.Empty(ConfigSections.Validate("number_manager", document));
        Assert.Equal(["local", "other"], settings.CarrierModules.Select(carrier => carrier.ToString()));
        Assert.Equal(["port", "cnam"], settings.FeaturesAllow);
        Assert.Equal("bandwidth", settings.PortInModule.ToString());
        Assert.Equal(NumberState.Available, settings.ReleasedState);
        Assert.Empty(rules.Warnings);
        foreach (var row in NumberCases.All) Assert.Equal(row.Expected("A"), rules.Normalize(row.Input));
        Assert.Equal(Sets.A.Classes, rules.Classes);
        Assert.True(rules.IsReconcilable("0114420794600"));
    }

    [Fact]
    public void The_sub_parameters_of_the_fifth_manual_are_set_b_and_the_seed_classes()
    {
        var converters = ConfigJson.ParseManual(SeedDocuments.Blocks("004")[1], out _);
        var classifiers = ConfigJson.ParseManual(SeedDocuments.Blocks("004")[2], out _);
        var rules = NumberRules.Prepare(
            new JsonObject { ["e164_converters"] = converters["e164_converters"]!.DeepClone(), ["classifiers"] = classifiers["classifiers"]!.DeepClone() }, null, null);

        foreach (var row in NumberCases.All)
        {
            Assert.Equal(row.Expected("B"), rules.Normalize(row.Input));
            Assert.Equal(row.SeedClass, rules.Classify(row.Input)?.Name);
        }
    }

    [Fact]
    public void The_parameters_that_the_fifth_manual_prints_in_a_line_load()
    {
        var inline = SeedDocuments.Read("004").Split('`').Where(part => part.StartsWith("carrier_modules :", StringComparison.Ordinal) || part.StartsWith("released_state :", StringComparison.Ordinal) || part.StartsWith("providers :", StringComparison.Ordinal)).ToArray();

        Assert.Equal(3, inline.Length);
        Assert.All(inline, part => Assert.Single(ConfigJson.ParseManual(part, out _)));
    }
}
