using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Push;

/// <summary>
/// Pushes an archive's image to a registry: blobs that aren't there yet, then the manifest under its tag.
/// </summary>
internal sealed class ArchivePush(RegistryClient registry)
{
    /// <param name="archive">What to push.</param>
    /// <param name="target">Where to, with a tag.</param>
    /// <param name="sent">Told of each blob: its size in bytes, and whether it had to be sent.</param>
    /// <param name="cancellationToken">Cancels; what was sent stays in the registry without a name.</param>
    /// <returns>The manifest's digest.</returns>
    /// <exception cref="FormatException">The archive lacks a blob that the registry doesn't have either.</exception>
    public async Task<ImageDigest> PushAsync(
        ImageArchive archive,
        ImageReference target,
        Action<Descriptor, bool> sent,
        CancellationToken cancellationToken
    )
    {
        Descriptor[] blobs = [.. archive.Manifest.Layers, archive.Manifest.Config];
        foreach (var blob in blobs.DistinctBy(b => b.Digest))
        {
            sent(
                blob,
                await registry.UploadBlobAsync(
                    target.Repository,
                    blob,
                    async token =>
                        await archive.OpenBlobAsync(blob.Digest, token)
                        ?? throw new FormatException($"it lacks {blob.Digest}, which its manifest names"),
                    cancellationToken
                )
            );
        }

        await registry.PutManifestAsync(target, archive.Content, cancellationToken);
        return archive.Content.Digest;
    }
}
