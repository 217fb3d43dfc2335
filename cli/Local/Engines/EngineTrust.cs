using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KubectlGemma.Local.Engines;

/// <summary>Says what is wrong with the certificate that an engine shows.</summary>
internal static class EngineTrust
{
    /// <summary>Returns null for a certificate that is trusted.</summary>
    /// <param name="certificate">What it shows.</param>
    /// <param name="chain">How it was followed to an authority.</param>
    /// <param name="errors">What was found.</param>
    /// <param name="host">Whom it must be for.</param>
    /// <param name="authority">File of the authorities; null: those of the machine.</param>
    public static string? Problem(
        X509Certificate2? certificate,
        X509Chain? chain,
        SslPolicyErrors errors,
        string host,
        string? authority
    )
    {
        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "it shows no certificate";
        }

        var flags = (chain?.ChainStatus ?? []).Aggregate(
            X509ChainStatusFlags.NoError,
            (all, status) => all | status.Status
        );
        return flags.HasFlag(X509ChainStatusFlags.NotTimeValid) ? $"its certificate is valid {Validity(certificate)}"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)
                ? $"its certificate is of no authority of {authority ?? "this machine"}"
            : $"its certificate isn't for {host}";
    }

    /// <summary>Says when the certificate of a file is valid; nothing where it can't be read any more.</summary>
    public static string ValidityIn(string file)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
            return $", which is valid {Validity(certificate)}";
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Validity(X509Certificate2 certificate) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} to {
                certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC only"
        );
}
