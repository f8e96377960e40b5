using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Lifecycle;

namespace Ocarina.Tests.Lifecycle;

/// <summary>A small tree of accounts: master, a reseller below it with two children, and a stranger beside the reseller.</summary>
internal sealed class Family : IAccountTree
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<AccountId, AccountNode> _nodes = [];

    public Family()
    {
        Master = Add('a', [], isReseller: true, isSuperDuper: true);
        Reseller = Add('b', [Master], isReseller: true);
        Child = Add('c', [Master, Reseller]);
        Sibling = Add('d', [Master, Reseller]);
        Stranger = Add('e', [Master]);
        Adder = Add('f', [Master], allowAdditions: true);
    }

    public AccountId Master { get; }

    public AccountId Reseller { get; }

    public AccountId Child { get; }

    public AccountId Sibling { get; }

    public AccountId Stranger { get; }

    public AccountId Adder { get; }

    public AccountNode? Find(AccountId id) => _nodes.GetValueOrDefault(id);

    public void Remove(AccountId id) => _nodes.Remove(id);

    public MoveRequest Asks(AccountId? actor, AccountId? target, LifecyclePolicy? policy = null, DateTimeOffset? now = null) =>
        new(actor is { } id ? Actor.Of(id) : Actor.System, target, this, policy ?? new LifecyclePolicy(), now ?? Noon);

    public static NumberRecord Number(
        NumberState state, AccountId? account = null, AccountId? previous = null, string carrier = "inventory", params AccountId[] history) => new()
        {
            Number = PhoneNumber.Parse("+14155550100"),
            State = state,
            Account = account,
            PreviousAccount = previous,
            Carrier = CarrierName.Parse(carrier),
            ReserveHistory = [.. history],
            StateSince = Noon.AddDays(-1),
            Created = Noon.AddDays(-2),
            Modified = Noon.AddDays(-1),
            Revision = 1,
        };

    private AccountId Add(char digit, ImmutableArray<AccountId> ancestors, bool isReseller = false, bool isSuperDuper = false, bool allowAdditions = false)
    {
        var id = AccountId.Parse(new string(digit, AccountId.Length));
        _nodes[id] = new AccountNode(id, ancestors, $"account {digit}", isReseller, isSuperDuper, allowAdditions, Enabled: true);
        return id;
    }
}
