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
        return build.Layers.KeepsBase && ofBase is { } kept && whole > kept
            ? new PulledBytes(whole - kept, IsMost: false, DiskBytes: null, name)
            : new PulledBytes(whole, IsMost: true, status.Verification?.DiskBytes, name);
    }
}
