using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cli.Tests.Local;

/// <summary>
/// Makes certificates of an engine and of who asks it, each in a folder of its own, called as Docker calls them:
/// <c>ca.pem</c>, <c>cert.pem</c>, <c>key.pem</c>.
/// </summary>
internal sealed class EngineCertificates : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly Folder _folder = new();
    private readonly X509Certificate2 _own = Authority("own");
    private readonly X509Certificate2 _other = Authority("other");

    public EngineCertificates()
    {
        Engine = Write("engine", _own, _own, Now.AddDays(1), Server(IPAddress.Loopback));
        Known = Write("known", _own, _own, Now.AddDays(1), Client());
        Expired = Write("expired", _own, _own, Now.AddMinutes(-5), Client());
        Foreign = Write("foreign", _own, _other, Now.AddDays(1), Client());
        Distrustful = Write("distrustful", _other, _own, Now.AddDays(1), Client());
        ExpiredEngine = Write("expired-engine", _own, _own, Now.AddMinutes(-5), Server(IPAddress.Loopback));
        Elsewhere = Write("elsewhere", _own, _own, Now.AddDays(1), Server(IPAddress.Parse("192.0.2.7")));
        Nameless = Path.Combine(_folder.Path("nameless"));
        Directory.CreateDirectory(Nameless);
        File.Copy(Path.Combine(Known, "ca.pem"), Path.Combine(Nameless, "ca.pem"));
    }

    /// <summary>Gets the folder of what the engine shows.</summary>
    public string Engine { get; }

    /// <summary>Gets the folder of who may ask.</summary>
    public string Known { get; }

    /// <summary>Gets the folder of one whose certificate has run out.</summary>
    public string Expired { get; }

    /// <summary>Gets the folder of one whose certificate is of another authority.</summary>
    public string Foreign { get; }

    /// <summary>Gets the folder of one who trusts another authority than the engine's.</summary>
    public string Distrustful { get; }

    /// <summary>Gets the folder of one who shows no certificate.</summary>
    public string Nameless { get; }

    /// <summary>Gets the folder of an engine whose certificate has run out.</summary>
    public string ExpiredEngine { get; }

    /// <summary>Gets the folder of an engine whose certificate is for another host.</summary>
    public string Elsewhere { get; }

    /// <summary>Returns the certificate with its key that lies in a folder.</summary>
    public static X509Certificate2 Load(string folder) =>
        X509Certificate2.CreateFromPemFile(Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));

    public void Dispose()
    {
        _own.Dispose();
        _other.Dispose();
        _folder.Dispose();
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name} authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(2));
    }

    private static X509Extension[] Client() => [Usage("1.3.6.1.5.5.7.3.2")];

    private static X509Extension[] Server(IPAddress address)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        return [Usage("1.3.6.1.5.5.7.3.1"), names.Build()];
    }

    private static X509EnhancedKeyUsageExtension Usage(string id) => new([new Oid(id)], critical: false);

    private string Write(
        string name,
        X509Certificate2 trusted,
        X509Certificate2 issuer,
        DateTimeOffset until,
        X509Extension[] extensions
    )
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        using var certificate = request.Create(issuer, Now.AddDays(-1), until, RandomNumberGenerator.GetBytes(8));
        var folder = _folder.Path(name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "ca.pem"), trusted.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        return folder;
    }
}
