using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Tests.Builds.Inputs.Access;

/// <summary>Certificates of authorities that are made when they are asked for.</summary>
internal static class Authority
{
    /// <summary>One, in PEM.</summary>
    public static readonly string Pem = Make("CN=Corporate");

    /// <summary>Another one.</summary>
    public static readonly string OtherPem = Make("CN=Other");

    private static string Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = new DateTimeOffset(A.Morning);
        using var certificate = request.CreateSelfSigned(now.AddYears(-1), now.AddYears(9));
        return certificate.ExportCertificatePem() + "\n";
    }
}
