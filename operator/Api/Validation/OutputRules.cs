using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>Checks where the image goes.</summary>
internal static class OutputRules
{
    public static void Check(OutputSpec output, Findings findings)
    {
        var repository = output.Repository ?? "";
        if (ReferenceSyntax.OfRepository(repository) is { } error)
        {
            findings.Add("spec.output.repository", error.Problem, error.Remedy);
        }
        else if (repository.Length > SpecBounds.Repository)
        {
            findings.Add(
                "spec.output.repository",
                $"it has {repository.Length} characters",
                $"keep it to {SpecBounds.Repository}: the cache and the application image append to it"
            );
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var tags = output.AliasTags ?? [];
        for (var i = 0; i < tags.Count; i++)
        {
            CheckTag($"spec.output.aliasTags[{i}]", tags[i] ?? "", seen, findings);
        }

        var credentials = output.Credentials ?? new CredentialsSpec();
        findings.OneOf("spec.output.credentials.type", credentials.Type);
        Names.CheckReference(
            "spec.output.credentials.secretRef.name",
            credentials.SecretRef?.Name,
            "a Secret",
            findings
        );
        if (credentials.Type == CredentialsType.Secret && credentials.SecretRef?.Name is not { Length: > 0 })
        {
            findings.Add(
                "spec.output.credentials",
                "type Secret names no Secret",
                "give output.credentials.secretRef.name, a Secret of type kubernetes.io/dockerconfigjson"
            );
        }

        if (credentials.Type == CredentialsType.WorkloadIdentity && CloudRegistry.Of(repository.Split('/')[0]) is null)
        {
            findings.Add(
                "spec.output.credentials.type",
                $"WorkloadIdentity works with the registries of clouds only ({CloudRegistry.Names})",
                "use a Secret"
            );
        }

        if (credentials.Type == CredentialsType.WorkloadIdentity && output.Insecure)
        {
            findings.Add(
                "spec.output.insecure",
                "an identity's token would go over plain HTTP, where anybody can take it",
                "leave insecure out, or use a Secret"
            );
        }
    }

    private static void CheckTag(string path, string tag, HashSet<string> seen, Findings findings)
    {
        if (tag.Length > 128 || !Syntax.Tag().IsMatch(tag))
        {
            findings.Add(path, $"{Quoted.Of(tag)} isn't a tag", "use at most 128 letters, digits, _, . and -");
        }
        else if (Syntax.BuildTag().IsMatch(tag))
        {
            findings.Add(path, $"{Quoted.Of(tag)} belongs to the builds", "choose an alias tag that isn't b<number>");
        }

        if (!seen.Add(tag))
        {
            findings.Add(path, $"{Quoted.Of(tag)} is given twice", "give it once");
        }
    }
}
