using GemmaOperator.Egress;

namespace GemmaOperator.Registry.Answers;

/// <summary>Says what wasn't asked, and what whoever runs the operator can do about it.</summary>
internal static class EgressFailure
{
    /// <summary>Returns what a refusal to connect comes to.</summary>
    /// <param name="refused">Why nothing was sent.</param>
    /// <param name="what">What was to be asked.</param>
    /// <param name="about">What is known of the request.</param>
    public static RegistryException Of(EgressRefusedException refused, string what, RegistryAdvice about)
    {
        var remedy = refused.Remedy.Length > 0 ? refused.Remedy : $"name another host {about.Where}";
        return Redirects.Refused($"{what}: {about.Named}{refused.Message}; {remedy}", about, refused);
    }
}
