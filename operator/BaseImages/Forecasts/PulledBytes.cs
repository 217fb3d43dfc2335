using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Holds how much a node pulls for a new image.</summary>
/// <param name="Bytes">Compressed, in bytes.</param>
/// <param name="IsMost">
/// Whether it is at most that: layers that the node has are pulled no more, and which those are nobody records.
/// </param>
/// <param name="DiskBytes">Bytes that the base image takes on its disk; null where that isn't known.</param>
/// <param name="LikeBuild">Name of the build whose sizes they are.</param>
internal sealed record PulledBytes(long Bytes, bool IsMost, long? DiskBytes, string LikeBuild)
{
    /// <summary>Returns null before the first good build.</summary>
    public static PulledBytes? Of(BuildForecast build, ImageSnapshot s)
    {
        if (s.LatestGoodBuild is not { Metadata.Name: var name, Status: { Application.SizeBytes: { } whole } status })
        {
            return null;
        }

        var ofBase = (status.Promoted ?? status.Candidate)?.SizeBytes;
        if (build.Next.IsPatch && ofBase is { } below && whole > below && LastPatch(s) is var (patch, bytes))
        {
            return new PulledBytes(whole - below + bytes, IsMost: false, DiskBytes: null, patch);
        }

        return build.Layers.KeepsBase && ofBase is { } kept && whole > kept
            ? new PulledBytes(whole - kept, IsMost: false, DiskBytes: null, name)
            : new PulledBytes(whole, IsMost: true, status.Verification?.DiskBytes, name);
    }

    /// <summary>Finds what the newest patch has put onto the image below it; null where nothing tells.</summary>
    private static (string Build, long Bytes)? LastPatch(ImageSnapshot s)
    {
        var sizes = s
            .Builds.Select(b => b.Status?.Candidate)
            .OfType<ImageStatus>()
            .Where(image => image.SizeBytes is not null)
            .DistinctBy(image => image.Digest)
            .ToDictionary(image => image.Digest, image => image.SizeBytes!.Value, StringComparer.Ordinal);
        return s
            .Builds.Where(b => b is { HasSucceeded: true, Spec.Patch: not null, Status.Candidate: not null })
            .Select(b =>
                sizes.TryGetValue(b.Status!.Candidate!.Digest, out var whole)
                && sizes.TryGetValue(b.Spec!.Patch!.Of.Digest, out var below)
                    ? ((string, long)?)(b.BuildName, Math.Max(0, whole - below))
                    : null
            )
            .FirstOrDefault(known => known is not null);
    }
}
