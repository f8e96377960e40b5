using System.Reflection;
using Ocarina.Core;
using Ocarina.Core.Errors;
using Xunit;

namespace Ocarina.Tests.Architecture;

/// <summary>The catalogue of number errors: one name means one status, and nobody types a name a second time.</summary>
public sealed class ErrorCatalogueTests
{
    [Fact]
    public void An_error_name_has_one_status()
    {
        var statuses = Catalogue().GroupBy(error => error.Error, error => error.Code, StringComparer.Ordinal);

        Assert.Empty(statuses.Where(group => group.Distinct().Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void Every_entry_has_a_wire_name_an_error_status_and_a_sentence()
    {
        Assert.All(Catalogue(), error =>
        {
            Assert.Matches("^[a-z]+(_[a-z]+)*$", error.Error);
            Assert.InRange(error.Code, 400, 599);
            Assert.NotEmpty(error.Message);
        });
    }

    [Fact]
    public void No_other_file_of_the_product_types_the_name_of_an_error()
    {
        // Words that also mean other things on the wire: kinds of validation errors and texts of the envelope.
        string[] common = ["invalid", "forbidden", "not_found", "internal_error"];
        var names = Catalogue().Select(error => error.Error).Distinct().Except(common).ToList();
        // The client side knows the wire and not Core.
        var files = Repository.Files("src/Ocarina.Core", "src/Ocarina.Storage", "src/Ocarina.Manager", "src/Ocarina.Server")
            .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) && !path.EndsWith("/NumberErrors.cs", StringComparison.Ordinal));

        var typed =
            from path in files
            let text = Repository.Read(path)
            from name in names
            where text.Contains($"\"{name}\"", StringComparison.Ordinal)
            select $"{path}: \"{name}\"";

        Assert.Empty(typed);
    }

    private static List<NumberError> Catalogue() =>
        [.. typeof(NumberErrors).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.ReturnType == typeof(NumberError))
            .Select(method => (NumberError)method.Invoke(null, [.. method.GetParameters().Select(Example)])!)]; // a factory never answers null

    private static object Example(ParameterInfo parameter) => parameter.ParameterType switch
    {
        { } type when type == typeof(string) => "example",
        { } type when type == typeof(int) => 1,
        { } type when type == typeof(PhoneNumber) => PhoneNumber.Parse("+14155550123"),
        { } type when type == typeof(AccountId) => AccountId.Parse(new string('a', AccountId.Length)),
        { } type when type == typeof(Actor) => Actor.System,
        { } type when type == typeof(CarrierName) => CarrierName.Local,
        { } type when type == typeof(DocumentText) => DocumentText.Empty,
        { } type when type == typeof(IReadOnlyList<DocumentText>) => Array.Empty<DocumentText>(),
        { } type when type == typeof(NumberState) => NumberState.Available,
        { } type => throw new InvalidOperationException($"Teach {nameof(ErrorCatalogueTests)} an example of {type}."),
    };
}
