using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using LocalCluster.Images;

namespace Quickstart.Story;

/// <summary>Compares two application images by their layers, as the registry has them.</summary>
internal static class ApplicationLayers
{
    /// <summary>Says how many layers of the newer image the older one has, too; null when one is missing.</summary>
    public static async Task<string?> CompareAsync(
        ImageSeeder registry,
        ImageStatus? older,
        ImageStatus? newer,
        CancellationToken cancellationToken
    )
    {
        var (before, after) = (
            await ReadAsync(registry, older, cancellationToken),
            await ReadAsync(registry, newer, cancellationToken)
        );
        if (before is null || after is null)
        {
            return null;
        }

        var made = after.Except(before, StringComparer.Ordinal).Count();
        return $"{made} of {after.Count} layers are new, {after.Count - made} are those of {older!.Reference}";
    }

    private static async Task<IReadOnlyList<string>?> ReadAsync(
        ImageSeeder registry,
        ImageStatus? image,
        CancellationToken cancellationToken
    )
    {
        if (image is null)
        {
            return null;
        }

        // host/repository@digest
        var repository = image.Reference[(image.Reference.IndexOf('/', StringComparison.Ordinal) + 1)..].Split('@')[0];
        var found = await registry.FindAsync(repository, image.Digest, cancellationToken);
        return (found?.Manifest["layers"] as JsonArray)?.Select(l => (string)l!["digest"]!).ToList();
    }
}
