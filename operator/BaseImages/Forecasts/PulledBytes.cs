using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Steps;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Holds how much a node pulls for a new image; of several platforms, a node of the largest.</summary>
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
        if (
            s.LatestGoodBuild is not { Metadata.Name: var name, Status: { } status }
            || SizesOf(status) is not ({ } whole, var ofBase)
        )
        {
            return null;
        }

        if (build.Next.IsPatch && ofBase is { } below && whole > below && LastPatch(s) is var (patch, bytes))
        {
            return new PulledBytes(whole - below + bytes, IsMost: false, DiskBytes: null, patch);
        }

        return build.Layers.KeepsBase && ofBase is { } kept && whole > kept
            ? new PulledBytes(whole - kept, IsMost: false, DiskBytes: null, name)
            : new PulledBytes(whole, IsMost: true, status.Verification?.DiskBytes, name);
    }

    private static (long? Whole, long? OfBase) SizesOf(GemmaBuildStatus status) =>
        (status.Platforms ?? []).MaxBy(p => (p.Application ?? p.Candidate)?.SizeBytes ?? 0) is { } largest
            ? ((largest.Application ?? largest.Candidate)?.SizeBytes, largest.Candidate?.SizeBytes)
            : (status.Application?.SizeBytes, (status.Promoted ?? status.Candidate)?.SizeBytes);

    /// <summary>Finds what the newest patch has put onto the image below it; null where nothing tells.</summary>
    private static (string Build, long Bytes)? LastPatch(ImageSnapshot s)
    {
        var sizes = s
            .Builds.SelectMany(b => (b.Status?.Platforms ?? []).Select(p => p.Candidate).Append(b.Status?.Candidate))
            .OfType<ImageStatus>()
            .Where(image => image.SizeBytes is not null)
            .DistinctBy(image => image.Digest)
            .ToDictionary(image => image.Digest, image => image.SizeBytes!.Value, StringComparer.Ordinal);
        return s
            .Builds.Where(b => b is { HasSucceeded: true, Spec.Patch: not null, Status.Candidate: not null })
            .Select(b => Put(b) is { } bytes ? ((string, long)?)(b.BuildName, bytes) : null)
            .FirstOrDefault(known => known is not null);

        long? Put(GemmaBuild b) =>
            b.Spec!.Patch!.Platforms is { } platforms
                ? platforms.Max(p => Between(p.Of.Digest, PlatformPart.Find(b.Status!, p.Platform).Candidate?.Digest))
                : Between(b.Spec.Patch.Of.Digest, b.Status!.Candidate!.Digest);

        long? Between(string below, string? image) =>
            sizes.TryGetValue(image ?? "", out var whole) && sizes.TryGetValue(below, out var less)
                ? Math.Max(0, whole - less)
                : null;
    }
}
