using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.Access;

namespace GemmaOperator.Registry.Client;

/// <summary>Tells in which version the Secrets are that a build and its pods ask registries with.</summary>
internal static class CredentialsVersion
{
    /// <summary>
    /// Returns the versions, with the names, so that a replaced Secret and another one both differ; null where the
    /// build names none.
    /// </summary>
    public static string? VersionOf(this SecretReader secrets, GemmaBuild build)
    {
        if (build.Spec?.Template is not { } template)
        {
            return null;
        }

        string?[] named =
        [
            template.PullSecretName,
            template.PushSecretName,
            .. template.Build.ImagePullSecrets.Select(s => s.Name),
        ];
        var versions = named
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Select(name => $"{name}@{secrets.VersionOf(build.Metadata.NamespaceProperty, name)}");
        return string.Join(',', versions) is { Length: > 0 } text ? text : null;
    }
}
