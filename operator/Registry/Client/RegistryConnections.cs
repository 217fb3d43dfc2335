using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using GemmaOperator.Egress;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Makes the one client for all that leaves the operator. A certificate that isn't taken is refused with its reason,
/// since the runtime's own exception has none to act on.
/// </summary>
internal static class RegistryConnections
{
    private const int MostNames = 5;

    /// <summary>Returns a client without a limit of its own; each request brings one.</summary>
    /// <param name="rules">Where its requests may go.</param>
    /// <param name="time">What certificates are judged by.</param>
    /// <param name="ensureMayWrite">Throws when a registry may not be changed (any more).</param>
    public static HttpClient Client(EgressRules rules, TimeProvider time, Action? ensureMayWrite = null)
    {
        HttpMessageHandler handler = Handler(rules, time);
        return new(ensureMayWrite is null ? handler : new FencedWrites(ensureMayWrite, handler))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public static EgressHandler Handler(EgressRules rules, TimeProvider time) =>
        new(
            rules,
            (sender, certificate, chain, errors) =>
                errors == SslPolicyErrors.None
                    ? true
                    : throw Judge(
                        (sender as SslStream)?.TargetHostName ?? "",
                        certificate as X509Certificate2,
                        chain?.ChainStatus ?? [],
                        errors,
                        time.GetUtcNow()
                    )
        );

    /// <summary>Says what is wrong with a certificate: what a user would mend first.</summary>
    public static CertificateException Judge(
        string host,
        X509Certificate2? certificate,
        IReadOnlyList<X509ChainStatus> chain,
        SslPolicyErrors errors,
        DateTimeOffset now
    )
    {
        var flags = chain.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status);
        return (certificate, flags, errors) switch
        {
            (null, _, _) => new CertificateException(CertificateProblem.Other, "it shows no certificate"),
            (_, _, _) when certificate.NotAfter.ToUniversalTime() < now.UtcDateTime => new CertificateException(
                CertificateProblem.Expired,
                $"its certificate was valid until {Date(certificate.NotAfter)}"
            ),
            (_, _, _) when certificate.NotBefore.ToUniversalTime() > now.UtcDateTime => new CertificateException(
                CertificateProblem.NotYetValid,
                $"its certificate is valid from {Date(certificate.NotBefore)}"
            ),
            (_, _, _) when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => new CertificateException(
                CertificateProblem.WrongName,
                $"its certificate is for {Names(certificate)}, and not for {host}"
            ),
            (_, _, _) when (flags & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0 =>
                new CertificateException(
                    CertificateProblem.UnknownAuthority,
                    $"its certificate is signed by an unknown authority, {Quoted.Of(certificate.Issuer)}"
                ),
            _ => new CertificateException(CertificateProblem.Other, $"its certificate isn't taken ({flags}, {errors})"),
        };
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate
            .Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString())))
            .Take(MostNames)
            .ToList();
        return names.Count == 0 ? "no name" : string.Join(", ", names.Select(Quoted.Of));
    }

    private static string Date(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
