namespace Ocarina.Core.Normalization;

/// <summary>A class of numbers, such as <c>tollfree_us</c> (numbers.md 3.5). Classes restrict calls and print numbers; they never route.</summary>
/// <param name="Name">The class's own name, unique.</param>
/// <param name="FriendlyName">Label for people; the name where none was configured.</param>
/// <param name="PrettyPrint">Print format (numbers.md 3.6); none when the default applies.</param>
/// <param name="Emergency">True when calls to the class are emergency calls.</param>
/// <param name="Settings">All members as configured, with <c>friendly_name</c> filled.</param>
public sealed record NumberClass(string Name, string FriendlyName, string? PrettyPrint, bool Emergency, DocumentText Settings);
