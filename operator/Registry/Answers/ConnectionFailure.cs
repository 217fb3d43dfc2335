using System.Net.Sockets;
using System.Security.Authentication;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Answers;

/// <summary>
/// Says why no answer came, by the kinds of the exceptions and never by their words, and what to do about it.
/// </summary>
internal static class ConnectionFailure
{
    /// <summary>Tells what lets the operator trust an authority: the chart has a value for what .NET reads.</summary>
    private const string TrustIt =
        "let it show a certificate of a public authority, or give the operator its own: caBundle of the chart (for a "
        + "build's pods spec.build.caBundleRef, for a command SSL_CERT_FILE)";

    /// <summary>Renders the cause and its remedy.</summary>
    /// <param name="failure">What HttpClient threw.</param>
    /// <param name="host">The host that was asked, with its port.</param>
    /// <param name="advice">What is known of the request.</param>
    public static string Explain(Exception failure, string host, RegistryAdvice advice)
    {
        var (cause, remedy) = Find(failure, host, advice);
        return remedy.Length == 0 ? cause : $"{cause}; {advice.Named}{remedy}";
    }

    private static (string Cause, string Remedy) Find(Exception failure, string host, RegistryAdvice advice)
    {
        foreach (var cause in Causes(failure))
        {
            switch (cause)
            {
                case CertificateException certificate:
                    return ($"no TLS connection: {certificate.Message}", Remedy(certificate.Problem, advice));
                case AuthenticationException:
                    return (
                        $"no TLS connection: {host} answers, but not in TLS: {Innermost(failure)}",
                        $"if it speaks plain HTTP, {advice.PlainAdvice}"
                    );
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return (
                        $"nothing listens at {host} (connection refused)",
                        $"check the host and the port {advice.Where}"
                    );
                case SocketException
                {
                    SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData
                }:
                    return ($"DNS has no address for {host}", $"check the host {advice.Where}");
                case SocketException
                {
                    SocketErrorCode: SocketError.TimedOut
                        or SocketError.HostUnreachable
                        or SocketError.NetworkUnreachable
                }:
                    return (
                        $"{host} can't be reached: {Innermost(failure)}",
                        $"check the host {advice.Where}, and that the operator may reach it"
                    );
            }
        }

        var plain = advice.PlainBy is { } by
            ? $"it is spoken to over plain HTTP ({by}): if it speaks TLS, take that away"
            : "";
        return (Innermost(failure), plain);
    }

    private static string Remedy(CertificateProblem problem, RegistryAdvice advice) =>
        problem switch
        {
            CertificateProblem.UnknownAuthority => TrustIt,
            CertificateProblem.WrongName => $"write a name of its certificate {advice.Where}",
            CertificateProblem.Expired or CertificateProblem.NotYetValid =>
                "let it show a certificate that is valid now; that is noticed without another change",
            _ => "let it show another certificate",
        };

    private static string Innermost(Exception failure) =>
        RegistryWords.Said(MaskedLog.Clean(Causes(failure).Last().Message));

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
