using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Promote;

/// <summary>Moves alias tags to an image by putting its manifest again under them.</summary>
internal sealed class Promotion(RegistryClient client)
{
    /// <summary>Returns the tags that moved; those that were there already are left alone.</summary>
    public async Task<IReadOnlyList<ImageTag>> MoveAsync(
        ImageReference image,
        IReadOnlyList<ImageTag> aliases,
        CancellationToken cancellationToken
    )
    {
        var manifest = await client.GetManifestAsync(image, cancellationToken);
        var moved = new List<ImageTag>();
        foreach (var alias in aliases)
        {
            var reference = new ImageReference(image.Repository, alias, null);
            if (await CurrentAsync(reference, cancellationToken) != manifest.Digest)
            {
                await client.PutManifestAsync(reference, manifest, cancellationToken);
                moved.Add(alias);
            }
        }

        return moved;
    }

    private async Task<ImageDigest?> CurrentAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.ResolveAsync(reference, cancellationToken)).Digest;
        }
        catch (RegistryException e) when (e.Error == RegistryError.NotFound)
        {
            return null;
        }
    }
}
