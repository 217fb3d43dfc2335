using GemmaOperator.Egress;

namespace GemmaOperator.Registry.Answers;

/// <summary>Says what wasn't asked, and what whoever runs the operator can do about it.</summary>
internal static class EgressFailure
{
    /// <summary>Returns what a failure comes to when it was a refusal to connect; null when it wasn't.</summary>
    /// <param name="failure">What HttpClient threw.</param>
    /// <param name="what">What was asked.</param>
    /// <param name="about">What is known of the request; null where no repository was asked.</param>
    public static RegistryException? Of(Exception failure, string what, RegistryAdvice? about)
    {
        if (EgressRefusedException.In(failure) is not { } refused)
        {
            return null;
        }

        var remedy = refused.Remedy.Length > 0 ? refused.Remedy : $"name another host {about?.Where ?? "there"}";
        return Redirects.Refused($"{what}: {about?.Named}{refused.Message}; {remedy}", about, failure);
    }
}
