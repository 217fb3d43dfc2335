using GemmaOperator.Api.Builds;
using GemmaOperator.Builds;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.References;
using k8s.Models;

namespace GemmaOperator.BaseImages.Vulnerabilities;

/// <summary>
/// Renders the immutable ConfigMap that carries an image's list of packages to its scans: they need no credential then.
/// It is named after its content and goes away with the GemmaBuild that published the image.
/// </summary>
internal static class SbomConfigMap
{
    public const string Key = "packages.cdx.json.gz.base64";

    /// <summary>Returns its name.</summary>
    /// <param name="build">The build whose list it is.</param>
    /// <param name="document">Digest of the list as the scanner reads it.</param>
    public static string NameOf(GemmaBuild build, ImageDigest document) =>
        ObjectName.With(build.Metadata.Name, $"-sbom-{document.ToString().Split(':')[1][..10]}");

    /// <summary>Renders it; null when the list is larger than a ConfigMap may be.</summary>
    public static V1ConfigMap? Render(GemmaBuild build, byte[] document)
    {
        var packed = ScanDocument.Pack(document);
        return packed.Length > ScanDocument.MostPacked
            ? null
            : new V1ConfigMap
            {
                ApiVersion = "v1",
                Kind = "ConfigMap",
                Metadata = BuildObject.Metadata(build, NameOf(build, ImageDigest.Of(document))),
                Immutable = true,
                Data = new Dictionary<string, string>(StringComparer.Ordinal) { [Key] = packed },
            };
    }
}
