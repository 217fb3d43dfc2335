namespace GemmaOperator.Registry.Manifests;

/// <summary>
/// Lists the media types of manifests, configs and layers (OCI image spec, Docker image manifest schema 2).
/// </summary>
internal static class MediaTypes
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string OciConfig = "application/vnd.oci.image.config.v1+json";
    public const string OciLayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";
    public const string DockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    public static readonly IReadOnlyList<string> Manifests = [OciManifest, OciIndex, DockerManifest, DockerIndex];

    public static bool IsIndex(string mediaType) => mediaType is OciIndex or DockerIndex;

    /// <summary>
    /// Returns the same compression under the other family's name: an image whose manifest is Docker's must not hold
    /// OCI layers.
    /// </summary>
    public static string LayerFor(string manifestType, string layerType) =>
        (manifestType, layerType) switch
        {
            (OciManifest, DockerLayerGzip) => OciLayerGzip,
            (DockerManifest, OciLayerGzip) => DockerLayerGzip,
            (DockerManifest, "application/vnd.oci.image.layer.v1.tar") =>
                "application/vnd.docker.image.rootfs.diff.tar",
            (OciManifest, "application/vnd.docker.image.rootfs.diff.tar") => "application/vnd.oci.image.layer.v1.tar",
            _ => layerType,
        };

    public static string ConfigFor(string manifestType) => manifestType == DockerManifest ? DockerConfig : OciConfig;
}
