using GemmaOperator.Cluster;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>
/// Tells a base that changed from one whose index changed for others: another platform's image, an attestation. The
/// recorded index stays what is built on for as long as the registry has it.
/// </summary>
internal sealed class UpstreamBasePlatformReader
{
    private const int Most = 2048;

    private readonly SharedQuestions<UpstreamBaseMove, UpstreamBaseResolution> _asked = new(Most);

    /// <summary>Remembers images of indices by digest and platform, which are the same for ever.</summary>
    private readonly LruCache<(ImageDigest Index, string Platform), ImageDigest> _images = new(1 << 20);

    /// <summary>Asks once for all who have the same recorded, for each time that the reference was polled.</summary>
    public Task<UpstreamBaseResolution> CompareAsync(
        UpstreamBaseMove move,
        Func<Task<UpstreamBaseResolution>> ask,
        CancellationToken cancellationToken
    ) => _asked.AskAsync(move, ask, resolution => resolution is UpstreamBaseResolution.Resolved, cancellationToken);

    /// <summary>Decides whether both are the same image on each platform, and the one before is still there.</summary>
    public async Task<bool> IsSameAsync(
        RegistryClient client,
        ImageReference reference,
        UpstreamBaseMove move,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var (from, to) = (reference.WithDigest(move.From), reference.WithDigest(move.To));
            foreach (var platform in move.Platforms.Split(','))
            {
                if (
                    await ImageAsync(client, from, platform, cancellationToken)
                    != await ImageAsync(client, to, platform, cancellationToken)
                )
                {
                    return false;
                }
            }

            await client.ResolveAsync(from, cancellationToken);
            return true;
        }
        catch (RegistryException e) when (!e.IsTransient)
        {
            // One of them can't be had, or has nothing for the platform: nobody can say that they are the same.
            return false;
        }
    }

    private async Task<ImageDigest> ImageAsync(
        RegistryClient client,
        ImageReference reference,
        string platform,
        CancellationToken cancellationToken
    )
    {
        var key = (reference.Digest!, platform);
        if (!_images.TryGet(key, "", out var image))
        {
            var content = await client.GetManifestAsync(reference, cancellationToken);
            image = MediaTypes.IsIndex(content.MediaType)
                ? ImageIndex.Select(content, platform, reference.ToString()).Digest
                : content.Digest;
            _images.Set(key, "", image, 200);
        }

        return image;
    }
}
