using GemmaOperator.Api.Words;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>
/// Makes the application image inside the registry. Base layers are never transferred: they are mounted from the base's
/// repository. The server's layers are mounted where they are in the same registry, and
/// streamed once where they aren't.
/// </summary>
internal sealed class ImageAssembler(RegistryClient client)
{
    /// <param name="baseImage">The base, by digest.</param>
    /// <param name="serverImage">The server's layers image.</param>
    /// <param name="target">Where the result goes; on the base's host.</param>
    /// <param name="tag">Unique tag of the result.</param>
    /// <param name="platform">For example <c>linux/amd64</c>.</param>
    /// <param name="settings">What the config says.</param>
    /// <param name="cancellationToken">Cancels; what is in the registry by then is reused by the next try.</param>
    public async Task<AssembledImage> AssembleAsync(
        ImageReference baseImage,
        ImageReference serverImage,
        ImageRepository target,
        ImageTag tag,
        string platform,
        ApplicationSettings settings,
        CancellationToken cancellationToken
    )
    {
        if (baseImage.Repository.Host != target.Host)
        {
            throw new RegistryException(
                RegistryError.Invalid,
                $"the application image ({target}) must be on the host of its base "
                    + $"({baseImage.Repository.Host}), so that no base layer is transferred"
            );
        }

        var @base = await ImageReader.ReadAsync(client, baseImage, platform, cancellationToken);
        var server = await ImageReader.ReadAsync(client, serverImage, platform, cancellationToken);
        var own = OwnLayers.Count(server, await DeclaredBaseAsync(server, platform, cancellationToken));
        var image = ApplicationImage.Compose(@base, baseImage, server, own, settings);

        var mounted = 0;
        long transferred = 0;
        foreach (var layer in @base.Manifest.Layers.DistinctBy(l => l.Digest))
        {
            mounted += await MountBaseLayerAsync(target, layer, baseImage.Repository, cancellationToken);
        }

        foreach (var layer in image.ServerLayers.DistinctBy(l => l.Digest))
        {
            var moved = await PlaceServerLayerAsync(target, layer, serverImage.Repository, cancellationToken);
            mounted += moved == 0 ? 1 : 0;
            transferred += moved;
        }

        var config = new Descriptor("", ImageDigest.Of(image.Config), image.Config.Length);
        transferred += await client.UploadBlobAsync(
            target,
            config,
            _ => Task.FromResult<Stream>(new MemoryStream(image.Config)),
            cancellationToken
        )
            ? config.Size
            : 0;
        await client.PutManifestAsync(new ImageReference(target, tag, null), image.Manifest, cancellationToken);
        return new AssembledImage(
            new ImageReference(target, null, image.Manifest.Digest),
            image.Manifest.Digest,
            image.Manifest.Bytes.Length
                + config.Size
                + @base.Manifest.Layers.Concat(image.ServerLayers).Sum(l => l.Size),
            mounted,
            transferred
        );
    }

    /// <summary>
    /// A layer that is there costs one request, one that isn't two; a refused mount is an error, not 10 GB of traffic.
    /// </summary>
    private async Task<int> MountBaseLayerAsync(
        ImageRepository target,
        Descriptor layer,
        ImageRepository source,
        CancellationToken cancellationToken
    )
    {
        if (target == source || await client.BlobExistsAsync(target, layer.Digest, cancellationToken))
        {
            return 0;
        }

        return await client.MountBlobAsync(target, layer.Digest, source, cancellationToken)
            ? 1
            : throw new RegistryException(
                RegistryError.Denied,
                $"{target.Host} doesn't mount blobs from {source.Path} into {target.Path}; give the "
                    + "credentials read access to the first, or set rollout.server.repository to output.repository"
            );
    }

    /// <summary>Returns the bytes transferred; 0 when the layer was there or could be mounted.</summary>
    private async Task<long> PlaceServerLayerAsync(
        ImageRepository target,
        Descriptor layer,
        ImageRepository source,
        CancellationToken cancellationToken
    )
    {
        if (
            source.Host == target.Host
            && (
                await client.BlobExistsAsync(target, layer.Digest, cancellationToken)
                || await client.MountBlobAsync(target, layer.Digest, source, cancellationToken)
            )
        )
        {
            return 0;
        }

        var sent = await client.UploadBlobAsync(
            target,
            layer,
            token => client.OpenBlobAsync(source, layer.Digest, token),
            cancellationToken
        );
        return sent ? layer.Size : 0;
    }

    /// <summary>
    /// Returns the manifest that the server image says it stands on; unreadable is as good as undeclared.
    /// </summary>
    private async Task<ImageManifest?> DeclaredBaseAsync(
        ImageContent server,
        string platform,
        CancellationToken cancellationToken
    )
    {
        if (
            server.Labels.ContainsKey(ApiGroup.OwnLayersLabel)
            || !server.Labels.TryGetValue(OwnLayers.BaseDigestLabel, out var digest)
            || !server.Labels.TryGetValue(OwnLayers.BaseNameLabel, out var name)
            || !ImageDigest.TryParse(digest, out var parsed, out _)
            || !ImageReference.TryParse(name, out var reference, out _)
        )
        {
            return null;
        }

        try
        {
            return (
                await ImageReader.ReadAsync(client, reference.WithDigest(parsed), platform, cancellationToken)
            ).Manifest;
        }
        catch (RegistryException e) when (!e.IsTransient)
        {
            return null;
        }
    }
}
