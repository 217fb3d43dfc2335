using GemmaOperator.Api.Words;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>
/// Makes the application image inside the registry. Layers are mounted from the repositories where they are; those of a
/// server image in another registry, and all where a registry doesn't mount, are copied as streams.
/// </summary>
/// <param name="client">Asks the registries.</param>
/// <param name="copies">Copies beside the reconcile.</param>
/// <param name="ns">Namespace of the build: each has its share of the copies.</param>
internal sealed class ImageAssembler(RegistryClient client, BlobCopies copies, string ns)
{
    /// <param name="parts">What it is made of, and where it goes.</param>
    /// <param name="settings">What the config says.</param>
    /// <param name="patience">How long layers that are being copied are waited for.</param>
    /// <param name="cancellationToken">Cancels; what is in the registry by then is reused by the next try.</param>
    public async Task<Assembly> AssembleAsync(
        AssemblyParts parts,
        ApplicationSettings settings,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        if (parts.Base.Repository.Host != parts.Target.Host)
        {
            throw new RegistryException(
                RegistryError.Invalid,
                $"the application image ({parts.Target}) must be on the host of its base "
                    + $"({parts.Base.Repository.Host}), where its layers are"
            );
        }

        var image = await ComposeAsync(parts, settings, cancellationToken);
        var (target, source) = (parts.Target, parts.Base.Repository);
        var placement = new Placement();
        foreach (var layer in image.BaseLayers.DistinctBy(l => l.Digest))
        {
            await PlaceAsync(target, layer, source, placement, cancellationToken);
        }

        foreach (var layer in image.ServerLayers.DistinctBy(l => l.Digest))
        {
            await PlaceAsync(target, layer, parts.Server.Repository, placement, cancellationToken);
        }

        var left = await copies.CopyAsync(client, ns, target, placement.ToCopy, patience, cancellationToken);
        if (left.Count > 0)
        {
            return new Assembly.Copying(
                placement.Refuses ? target.Host : null,
                placement.ToCopy.Count,
                placement.ToCopy.Sum(c => c.Blob.Size),
                left.Count,
                left.Sum(b => b.Size)
            );
        }

        var transferred = placement.ToCopy.Sum(c => c.Blob.Size);
        var config = new Descriptor("", ImageDigest.Of(image.Config), image.Config.Length);
        transferred += await client.UploadBlobAsync(
            target,
            config,
            _ => Task.FromResult<Stream>(new MemoryStream(image.Config)),
            cancellationToken
        )
            ? config.Size
            : 0;
        var tag = await UniqueTagWriter.PutAsync(client, target, parts.Tag, image.Manifest, cancellationToken);
        return new Assembly.Done(
            new AssembledImage(
                new ImageReference(target, null, image.Manifest.Digest),
                image.Manifest.Digest,
                tag,
                image.Manifest.Bytes.Length
                    + config.Size
                    + image.BaseLayers.Concat(image.ServerLayers).Sum(l => l.Size),
                placement.Mounted,
                transferred,
                placement.Refuses ? placement.ToCopy.Sum(c => c.Blob.Size) : 0
            )
        );
    }

    /// <summary>Composes the image of its parts as they are now, and writes nothing.</summary>
    public async Task<ApplicationImage> ComposeAsync(
        AssemblyParts parts,
        ApplicationSettings settings,
        CancellationToken cancellationToken
    )
    {
        var @base = await ImageReader.ReadAsync(client, parts.Base, parts.Platform, cancellationToken);
        var server = await ImageReader.ReadAsync(client, parts.Server, parts.Platform, cancellationToken);
        var own = OwnLayers.Count(server, await DeclaredBaseAsync(server, parts.Platform, cancellationToken));
        return ApplicationImage.Compose(@base, parts.Base, server, own, settings);
    }

    /// <summary>
    /// Mounts a layer where it isn't, or notes that it has to be copied. A layer that is there costs one request, one
    /// that isn't two; a registry that has refused one mount from a repository isn't asked for others.
    /// </summary>
    private async Task PlaceAsync(
        ImageRepository target,
        Descriptor layer,
        ImageRepository source,
        Placement placement,
        CancellationToken cancellationToken
    )
    {
        if (target == source || await client.BlobExistsAsync(target, layer.Digest, cancellationToken))
        {
            return;
        }

        if (source.Host == target.Host && !placement.RefusedFrom.Contains(source))
        {
            if (await client.MountBlobAsync(target, layer.Digest, source, cancellationToken))
            {
                placement.Mounted++;
                return;
            }

            placement.RefusedFrom.Add(source);
        }

        placement.ToCopy.Add((source, layer));
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

    /// <summary>Holds what became of the layers so far.</summary>
    private sealed class Placement
    {
        public int Mounted { get; set; }

        public HashSet<ImageRepository> RefusedFrom { get; } = [];

        public bool Refuses => RefusedFrom.Count > 0;

        public List<(ImageRepository Source, Descriptor Blob)> ToCopy { get; } = [];
    }
}
