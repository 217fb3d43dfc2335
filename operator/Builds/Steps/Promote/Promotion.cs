using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Promote;

/// <summary>Moves alias tags to an image by putting its manifest again under them.</summary>
internal sealed class Promotion(RegistryClient client)
{
    /// <summary>
    /// Moves those that aren't there already, and returns which moved and why the first that couldn't didn't. One that
    /// can't move is no reason to leave the others.
    /// </summary>
    /// <exception cref="RegistryException">The image itself can't be read.</exception>
    public async Task<(IReadOnlyList<ImageTag> Moved, AliasProblem? Problem)> MoveAsync(
        ImageReference image,
        IReadOnlyList<ImageTag> aliases,
        CancellationToken cancellationToken
    )
    {
        var manifest = await client.GetManifestAsync(image, cancellationToken);
        var moved = new List<ImageTag>();
        AliasProblem? problem = null;
        foreach (var alias in aliases)
        {
            var (isMoved, why) = await MoveAsync(image.Repository, alias, manifest, cancellationToken);
            problem ??= why;
            if (isMoved)
            {
                moved.Add(alias);
            }

            if (why is { IsTransient: true })
            {
                // The next one would wait for the same registry.
                break;
            }
        }

        return (moved, problem);
    }

    private async Task<(bool IsMoved, AliasProblem? Problem)> MoveAsync(
        ImageRepository repository,
        ImageTag alias,
        ManifestContent manifest,
        CancellationToken cancellationToken
    )
    {
        var reference = new ImageReference(repository, alias, null);
        ImageDigest? there = null;
        try
        {
            there = await client.FindAsync(reference, cancellationToken);
            if (there == manifest.Digest)
            {
                return (false, null);
            }

            await client.PutManifestAsync(reference, manifest, cancellationToken);
            return (true, null);
        }
        catch (RegistryException e)
        {
            return (false, AliasProblem.Of(alias, there is not null, e));
        }
    }
}
