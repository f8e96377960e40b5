using Ocarina.Core.Carriers;

namespace Acme;

/// <summary>What the server looks for in a plug-in: one public class with a constructor without parameters.</summary>
public sealed class AcmeFactory : ICarrierFactory
{
    /// <inheritdoc/>
    public int ContractVersion => 1;

    /// <inheritdoc/>
    public string Version => typeof(AcmeFactory).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <inheritdoc/>
    public ICarrier Create(ICarrierHost host) => new AcmeCarrier(host);
}
