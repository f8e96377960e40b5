using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Ocarina.Manager.Secrets;

/// <summary>Wraps the elements of the Data Protection ring with the master key.</summary>
internal sealed class MasterKeyXmlEncryptor(MasterKey master) : IXmlEncryptor
{
    internal const string Purpose = "data protection ring";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        return new EncryptedXmlInfo(new XElement("wrapped", master.Wrap(plain, Purpose)), typeof(MasterKeyXmlDecryptor));
    }
}

/// <summary>Opens them. Made by Data Protection from the type name inside the element, hence the constructor.</summary>
internal sealed class MasterKeyXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(Encoding.UTF8.GetString(
            services.GetRequiredService<MasterKey>().Unwrap(encryptedElement.Value, MasterKeyXmlEncryptor.Purpose)));
}
