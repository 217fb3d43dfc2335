using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Builds;

/// <summary>Adds domain words to a build's template.</summary>
internal static class BuildTemplateExtensions
{
    extension(BuildTemplate template)
    {
        /// <summary>Gets the name of the Secret for pushing; null without one.</summary>
        public string? PushSecretName =>
            template.Output.Credentials is { Type.Value: CredentialsType.Secret, SecretRef.Name: { Length: > 0 } name }
                ? name
                : null;

        /// <summary>Gets the name of the Secret for pulling the base; null without one.</summary>
        public string? PullSecretName =>
            template.PullSecretRef is { Name.Length: > 0 } reference ? reference.Name : null;
    }
}
