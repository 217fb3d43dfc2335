using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Preflight;

/// <summary>
/// Holds a question about something in a registry, with all that the answer depends on: credentials are a namespace's
/// own, so that an answer which they gave isn't for others.
/// </summary>
/// <param name="About">What is asked about.</param>
/// <param name="Access">How it is asked.</param>
internal sealed record RegistryQuestion(string About, string Access)
{
    /// <summary>Bounds how many answers are kept.</summary>
    public const int Most = 256;

    /// <summary>Gets how the registry is reached; the same for questions that are the same.</summary>
    public required string Namespace { get; init; }

    public required BuildTemplate Template { get; init; }

    public static RegistryQuestion Of(string ns, BuildTemplate template, string about)
    {
        string?[] secrets = [template.PullSecretName, template.PushSecretName];
        // An identity is for the repositories that its namespace may use.
        var isOwn =
            template.Output.Credentials.Type == CredentialsType.WorkloadIdentity
            || secrets.Any(s => !string.IsNullOrEmpty(s));
        var credentials = isOwn ? $"{ns}/{string.Join('/', secrets)}" : "";
        var platforms = string.Join(',', template.AllPlatforms.Select(p => p.Text));
        var plain = template.Output.Insecure ? template.Output.Repository : "";
        return new RegistryQuestion(about, $"{platforms} {template.Output.Credentials.Type} {credentials} {plain}")
        {
            Namespace = ns,
            Template = template,
        };
    }

    public bool Equals(RegistryQuestion? other) => other is not null && About == other.About && Access == other.Access;

    public override int GetHashCode() => HashCode.Combine(About, Access);
}
