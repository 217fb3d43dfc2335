using System.Security.Authentication;

namespace GemmaOperator.Registry.Answers;

/// <summary>Reports a certificate that isn't taken, with what a user must know to mend it.</summary>
internal sealed class CertificateException(CertificateProblem problem, string message)
    : AuthenticationException(message)
{
    public CertificateProblem Problem { get; } = problem;
}
