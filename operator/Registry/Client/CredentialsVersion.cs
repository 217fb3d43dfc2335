using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Access;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Tells in which version the objects are that a build and its pods reach registries and indexes with: who mends one
/// needn't change the spec.
/// </summary>
internal static class CredentialsVersion
{
    /// <summary>
    /// Returns the versions, with the names, so that a replaced Secret and another one both differ; null where the
    /// build names none.
    /// </summary>
    public static string? VersionOf(this SecretReader secrets, ConfigMapReader configMaps, GemmaBuild build)
    {
        if (build.Spec?.Template is not { } template)
        {
            return null;
        }

        string?[] named =
        [
            template.PullSecretName,
            template.PushSecretName,
            template.IndexCredentialsRef is { Name: { Length: > 0 } netrc } ? netrc : null,
            .. template.Build.ImagePullSecrets.Select(s => s.Name),
        ];
        var ns = build.Metadata.NamespaceProperty;
        var versions = named
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Select(name => $"{name}@{secrets.VersionOf(ns, name)}")
            .Concat(
                template.Build.CaBundleRef is { Name: { Length: > 0 } bundle }
                    ? [$"configmap/{bundle}@{configMaps.VersionOf(ns, bundle)}"]
                    : []
            );
        return string.Join(',', versions) is { Length: > 0 } text ? text : null;
    }
}
