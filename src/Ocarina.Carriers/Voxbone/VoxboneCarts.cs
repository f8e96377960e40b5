using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>What became of the deletion of a cart.</summary>
internal enum CartRemoval
{
    /// <summary>Deleted: it can never be bought, and it was not.</summary>
    Deleted,

    /// <summary>There was none: deleted before, or bought.</summary>
    Gone,

    /// <summary>Not known.</summary>
    Failed,
}

/// <summary>Carts of one order. Nothing here spends money, and everything can be looked up by our reference, so that a lost reply costs a question and no second request.</summary>
internal sealed class VoxboneCarts(VoxboneClient client, OrderKey key, string description)
{
    private const int Attempts = 2;
    private const int RemovalsMax = 5;

    /// <summary>Makes a cart under our reference.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CreateAsync(CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var root = await client.WriteAsync(client.Requests.CreateCart(key.ToString(), description), ct);
                var cart = Http.CarrierJson.Member(root, "cart") is { } item ? VoxboneCart.Read(item) : null;
                if (cart is not null && (cart.CustomerReference ?? key.ToString()) == key.ToString()) return cart.Id;
                throw new CarrierException(new CarrierError(CarrierErrorKind.OutcomeUnknown, "The reply holds no cart of ours."));
            }
            catch (CarrierException fault) when (fault.Error.Kind == CarrierErrorKind.OutcomeUnknown)
            {
                if (await client.CartsAsync(key.ToString(), ct) is [var made, ..]) return made.Id;
                if (attempt >= Attempts) throw;
            }
        }
    }

    /// <summary>Puts the wish into the cart, and checks that exactly that lies in it.</summary>
    public async Task FillAsync(string id, VoxboneData wish, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            CarrierException? lost = null;
            try
            {
                await client.WriteAsync(wish.E164 is { } number ? client.Requests.AddNumber(id, number) : client.Requests.AddGroup(id, wish.GroupId ?? ""), ct);
            }
            catch (CarrierException fault) when (fault.Error.Kind == CarrierErrorKind.OutcomeUnknown)
            {
                lost = fault;
            }
            catch (CarrierException fault)
            {
                throw new CarrierException(VoxboneErrors.ForPurchase(fault.Error), fault);
            }

            var cart = (await client.CartsAsync(key.ToString(), ct)).FirstOrDefault(cart => cart.Id == id)
                ?? throw new CarrierException(new CarrierError(CarrierErrorKind.NotFound, "The cart is gone before its checkout."));
            if (cart.Products.Count > 0)
            {
                Verify(cart, wish);
                return;
            }

            if (lost is null) throw new CarrierException(new CarrierError(CarrierErrorKind.NumberUnavailable, "The carrier did not put it into the cart."));
            if (attempt >= Attempts) throw lost;
        }
    }

    /// <summary>Deletes a cart. Asks whether it is still there before it is deleted again.</summary>
    public async Task<CartRemoval> RemoveAsync(string id, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= RemovalsMax; attempt++)
        {
            try
            {
                await client.WriteAsync(client.Requests.DeleteCart(id), ct);
                return CartRemoval.Deleted;
            }
            catch (CarrierException fault) when (fault.Error.Kind == CarrierErrorKind.NotFound)
            {
                return CartRemoval.Gone;
            }
            catch (CarrierException)
            {
                if (attempt == RemovalsMax || !await IsThereAsync(id, ct)) break;
            }
        }

        return CartRemoval.Failed;
    }

    /// <summary>Deletes all carts under our reference.</summary>
    /// <returns>False when one may be left.</returns>
    public async Task<bool> RemoveAllAsync(CancellationToken ct)
    {
        var isClean = true;
        foreach (var cart in await client.CartsAsync(key.ToString(), ct))
            isClean &= await RemoveAsync(cart.Id, ct) != CartRemoval.Failed;
        return isClean;
    }

    private async Task<bool> IsThereAsync(string id, CancellationToken ct)
    {
        try
        {
            return (await client.CartsAsync(key.ToString(), ct)).Any(cart => cart.Id == id);
        }
        catch (CarrierException)
        {
            return true;
        }
    }

    private static void Verify(VoxboneCart cart, VoxboneData wish)
    {
        var product = cart.Products[0];
        var isRight = cart.Products.Count == 1
            && (product.Type is null or "DID")
            && (product.Quantity ?? product.Numbers.Count) == 1
            && (product.GroupId is null || wish.GroupId is null || product.GroupId == wish.GroupId)
            && (wish.E164 is null ? product.Numbers.Count <= 1 : product.Numbers.Count == 0 || product.Numbers[0] == wish.E164);
        if (!isRight) throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "The cart holds something else than was put into it."));
    }
}
