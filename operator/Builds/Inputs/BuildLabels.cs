using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Says what an image's labels say of the build that made it. They are given to the executor and not written into the
/// Dockerfile, so that its text is the same for every build of one spec. No time is among them.
/// </summary>
internal static class BuildLabels
{
    public const string Image = ApiGroup.Name + "/image";
    public const string BuildNumber = ApiGroup.Name + "/build-number";
    public const string InputsHash = ApiGroup.Name + "/inputs-hash";
    public const string CacheEpoch = ApiGroup.Name + "/cache-epoch";

    /// <summary>Names the digest of the image that a patch was put onto, and how many patches there are.</summary>
    public const string PatchOf = ApiGroup.Name + "/patch-of";

    /// <inheritdoc cref="PatchOf"/>
    public const string PatchLayers = ApiGroup.Name + "/patch-layers";

    /// <summary>Names keys of the OCI image specification, annotations.md.</summary>
    public const string BaseName = "org.opencontainers.image.base.name";
    public const string BaseDigest = "org.opencontainers.image.base.digest";
    public const string Version = "org.opencontainers.image.version";

    public static IEnumerable<KeyValuePair<string, string>> Of(GemmaBuild build)
    {
        var spec = BuildObject.Spec(build);
        var pinned = PinnedBase.Of(spec.Resolved);
        var number = spec.Number.ToString(CultureInfo.InvariantCulture);
        KeyValuePair<string, string>[] labels =
        [
            new(BaseName, pinned.Declared.ToString()),
            new(BaseDigest, pinned.Digest.ToString()),
            new(Version, CandidateTag.Of(spec).ToString()),
            new(Image, $"{build.Metadata.NamespaceProperty}/{spec.ImageRef.Name}"),
            new(BuildNumber, number),
            new(InputsHash, spec.Resolved.InputsHash),
            new(CacheEpoch, spec.Resolved.CacheEpoch),
            new(PatchOf, spec.Patch?.Of.Digest ?? ""),
            new(PatchLayers, spec.Patch?.Layers.ToString(CultureInfo.InvariantCulture) ?? ""),
        ];
        return labels.Where(label => label.Value.Length > 0);
    }
}
