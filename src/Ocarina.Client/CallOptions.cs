namespace Ocarina.Client;

/// <summary>How a call that changes something is made.</summary>
public sealed record CallOptions
{
    /// <summary>Agrees to charges. Default: no; the call is then answered with a quote when it would cost something, and changes nothing.</summary>
    public bool AcceptCharges { get; init; }

    /// <summary>Under the same key the same call is carried out once, however often it is sent; agreeing to charges is no other call. Default: a new one.</summary>
    public string Key { get; init; } = NewKey();

    /// <summary>A key that nobody has used.</summary>
    public static string NewKey() => Guid.NewGuid().ToString();
}
