namespace Ocarina.Server.Crossbar;

/// <summary>Checks what a caller shows. Implemented over the accounts, and by tests.</summary>
internal interface ICredentialCheck
{
    /// <summary>Who it is; nobody when the credential is expired, revoked, malformed or unknown, or its account is switched off. A refusal goes before the usual 401.</summary>
    Task<(SignedIn? Who, CrossbarReply? Refusal)> CheckAsync(Credential credential, CancellationToken ct);
}

/// <summary>Finds out who asks, once per request.</summary>
internal sealed class Authenticator(ICredentialCheck check)
{
    private static readonly object Done = new();

    /// <summary>Fills in <see cref="CrossbarRequest.SignedIn"/>.</summary>
    /// <returns>The 401 that a protected endpoint answers; <see langword="null"/> when somebody is signed in.</returns>
    public async Task<CrossbarReply?> SignInAsync(CrossbarRequest request, CancellationToken ct)
    {
        if (request.IsAuthenticated) return null;
        var items = request.Http.Items;
        if (items.TryGetValue(Done, out var earlier)) return (CrossbarReply?)earlier;

        CrossbarReply? refusal = CrossbarReply.NoToken();
        if (TokenSources.Find(request) is { } credential)
        {
            (request.SignedIn, refusal) = await check.CheckAsync(credential, ct);
            refusal = request.IsAuthenticated ? null : refusal ?? CrossbarReply.BadToken();
        }
        items[Done] = refusal;
        return refusal;
    }
}
