using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>Where the image goes.</summary>
internal static class OutputRules
{
    /// <summary>
    /// Room for <c>/cache</c> and <c>-service</c> within the 255 characters that a repository may have.
    /// </summary>
    private const int MaxRepository = 220;

    public static void Check(OutputSpec output, Findings findings)
    {
        var repository = output.Repository ?? "";
        if (ReferenceSyntax.OfRepository(repository) is { } error)
        {
            findings.Add("spec.output.repository", error.Problem, error.Remedy);
        }
        else if (repository.Length > MaxRepository)
        {
            findings.Add(
                "spec.output.repository",
                $"it has {repository.Length} characters",
                $"keep it to {MaxRepository}: the cache and the application image append to it"
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
    }

    private static void CheckTag(string path, string tag, HashSet<string> seen, Findings findings)
    {
        if (tag.Length > 128 || !Syntax.Tag().IsMatch(tag))
        {
            findings.Add(path, $"{Excerpt.Of(tag)} isn't a tag", "use at most 128 letters, digits, _, . and -");
        }
        else if (Syntax.BuildTag().IsMatch(tag))
        {
            findings.Add(path, $"{Excerpt.Of(tag)} belongs to the builds", "choose an alias tag that isn't b<number>");
        }

        if (!seen.Add(tag))
        {
            findings.Add(path, $"{Excerpt.Of(tag)} is given twice", "give it once");
        }
    }
}
