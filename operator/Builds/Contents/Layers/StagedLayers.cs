using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.Staging;

namespace GemmaOperator.Builds.Contents.Layers;

/// <summary>
/// Reads the packages of what a build staged: of the layers that it made, which are on the disk. Those of the base were
/// there before; those of the cache were read when they were made.
/// </summary>
internal static class StagedLayers
{
    /// <returns>What was found; null where no image is staged.</returns>
    /// <exception cref="RegistryException">The base can't be asked which layers are its own.</exception>
    public static async Task<LayerFindings?> ReadAsync(
        StagedImages staged,
        BuildSources sources,
        StagingPlan plan,
        CancellationToken cancellationToken
    )
    {
        if (await staged.FindAsync(StagingNames.Output, plan.Target.Tag!, cancellationToken) is not { } content)
        {
            return null;
        }

        var packages = new LayerPackages();
        foreach (var layer in ImageManifest.Parse(content, "the image").Layers)
        {
            if (staged.Has(layer.Digest))
            {
                await packages.AddAsync(layer.MediaType, staged.Open(layer.Digest), cancellationToken);
            }
            else if (await sources.BaseBlobAsync(layer.Digest, cancellationToken) is null)
            {
                packages.Skip();
            }
        }

        return packages.Findings;
    }
}
