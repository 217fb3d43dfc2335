using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Check;

/// <summary>Judges a registry: whether images can be pulled, pushed, and their layers shared.</summary>
internal static class RegistryCheck
{
    private const string Name = "Registry";

    public static IEnumerable<CheckLine> Judge(RegistryFacts facts)
    {
        if (facts.CredentialsProblem is { } problem)
        {
            yield return CheckLine.Fail(Name, problem, "name a Secret with --secret NAMESPACE/NAME that holds them");
            yield break;
        }

        if (facts.Pull is { } pull)
        {
            yield return Judge(pull, $"pull from {facts.Repository}", "", facts);
        }

        if (facts.Push is { } push)
        {
            yield return Judge(push, $"push to {facts.Repository}", Cancelled(push), facts);
        }

        if (facts is { Mount: { } mount, Target: { } target })
        {
            yield return Judge(
                mount,
                $"push to {target} and mount layers of {facts.Repository} there",
                Cancelled(mount),
                facts
            );
        }
    }

    private static CheckLine Judge(RegistryFacts.Try tried, string what, string detail, RegistryFacts facts) =>
        tried.Error is { } error
            ? CheckLine.Fail(Name, $"no {what}: {tried.Message}", Remedy(error, facts))
            : CheckLine.Ok(Name, what + detail);

    private static string Cancelled(RegistryFacts.Try tried) =>
        tried.IsCancelled ? " (opened and cancelled)" : " (opened; the registry forgets it by itself)";

    private static string Remedy(RegistryError error, RegistryFacts facts) =>
        error switch
        {
            RegistryError.Unauthorized when !facts.HasCredentials =>
                $"name a Secret with credentials for {facts.Repository.Host}: --secret NAMESPACE/NAME, made by "
                    + "kubectl create secret docker-registry",
            RegistryError.Unauthorized => "make the Secret anew: its user or password isn't the registry's",
            RegistryError.Denied =>
                "let this user pull and push there; on Artifact Registry that is roles/artifactregistry.writer",
            RegistryError.NotFound =>
                "make the project or repository first, where the registry wants that (Harbor, Artifact Registry, ECR)",
            RegistryError.Unavailable =>
                "see that the host is right and can be reached; a registry without TLS needs --insecure-registry",
            RegistryError.Invalid => "see that this address is a registry's",
            RegistryError.EgressRefused =>
                "give the operator the option that is named, and this command the same one to try it",
        };
}
