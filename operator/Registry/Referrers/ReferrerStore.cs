using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Referrers;

/// <summary>
/// Attaches documents to images in their registry, reads them and takes them away: by the referrers API (OCI
/// distribution spec 1.1), and by the tag that stands in for it where a registry doesn't have that.
/// </summary>
internal sealed class ReferrerStore(RegistryClient client)
{
    /// <summary>Attaches a document; doing so twice changes nothing. Returns the digest of its manifest.</summary>
    /// <param name="image">The image, by digest.</param>
    /// <param name="mediaType">What the document is.</param>
    /// <param name="document">Its bytes.</param>
    /// <param name="annotations">What is said of it; by one of these it is found again.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="RegistryException">The registry doesn't take it.</exception>
    public async Task<ImageDigest> AttachAsync(
        ImageReference image,
        string mediaType,
        byte[] document,
        IReadOnlyList<KeyValuePair<string, string>> annotations,
        CancellationToken cancellationToken
    )
    {
        var repository = image.Repository;
        var subject = await client.ResolveAsync(image, cancellationToken);
        var content = new Descriptor(mediaType, ImageDigest.Of(document), document.Length);
        await UploadAsync(
            repository,
            ReferrerManifest.EmptyDescriptor,
            ReferrerManifest.EmptyConfig,
            cancellationToken
        );
        await UploadAsync(repository, content, document, cancellationToken);
        var manifest = ReferrerManifest.Compose(subject, content, annotations);
        if (!await client.PutReferrerAsync(repository, manifest, cancellationToken))
        {
            var tag = TagOf(repository, subject.Digest);
            var there = await IndexAsync(tag, cancellationToken) ?? ReferrersIndex.Empty;
            if (!there.Contains(manifest.Digest))
            {
                await client.PutManifestAsync(
                    tag,
                    there.With(manifest, mediaType, annotations).Render(),
                    cancellationToken
                );
            }
        }

        return manifest.Digest;
    }

    /// <summary>
    /// Reads a document that was attached to an image. Null where what the registry has under its digest is attached to
    /// another image, or is something else.
    /// </summary>
    /// <param name="image">The image, by digest.</param>
    /// <param name="manifest">Digest of the document's manifest.</param>
    /// <param name="mediaType">What the document must be.</param>
    /// <param name="limit">Bytes that are read at most.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    public async Task<byte[]?> ReadAsync(
        ImageReference image,
        ImageDigest manifest,
        string mediaType,
        int limit,
        CancellationToken cancellationToken
    ) =>
        await FindAsync(image, manifest, mediaType, cancellationToken) is { } found
            ? await client.GetBlobAsync(image.Repository, found.Content, cancellationToken, limit)
            : null;

    /// <summary>Returns the digests of what is attached to an image, is of one type and has an annotation.</summary>
    public async Task<IReadOnlyList<ImageDigest>> ListAsync(
        ImageReference image,
        string mediaType,
        string annotation,
        CancellationToken cancellationToken
    )
    {
        var (repository, subject) = (image.Repository, image.Digest!);
        var told = await client.ListReferrersAsync(repository, subject, cancellationToken) ?? ReferrersIndex.Empty;
        var tagged = await TaggedAsync(TagOf(repository, subject), cancellationToken) ?? ReferrersIndex.Empty;
        return [.. told.Find(mediaType, annotation).Union(tagged.Find(mediaType, annotation))];
    }

    /// <summary>
    /// Takes away what was attached to an image that has gone: what is of one type and has an annotation, and
    /// <paramref name="known"/>. What others attached stays theirs. Returns how many went.
    /// </summary>
    public async Task<int> DetachAsync(
        ImageReference image,
        ImageDigest? known,
        string mediaType,
        string annotation,
        CancellationToken cancellationToken
    )
    {
        var (repository, subject) = (image.Repository, image.Digest!);
        var tag = TagOf(repository, subject);
        var told = await client.ListReferrersAsync(repository, subject, cancellationToken) ?? ReferrersIndex.Empty;
        var tagged = await TaggedAsync(tag, cancellationToken);
        var ours = told.Find(mediaType, annotation)
            .Concat(tagged?.Find(mediaType, annotation) ?? [])
            .Concat(known is null ? [] : [known])
            .ToHashSet();
        var gone = 0;
        foreach (var digest in ours)
        {
            gone += await DeleteAsync(image, digest, mediaType, cancellationToken) ? 1 : 0;
        }

        if (tagged is not null)
        {
            await ShrinkAsync(tag, tagged, tagged.Without(ours), cancellationToken);
        }

        return gone;
    }

    /// <summary>
    /// Deletes one document, if that is what it is: a list that somebody else wrote may name an image.
    /// </summary>
    private async Task<bool> DeleteAsync(
        ImageReference image,
        ImageDigest manifest,
        string mediaType,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (await FindAsync(image, manifest, mediaType, cancellationToken) is null)
            {
                return false;
            }

            await client.DeleteManifestAsync(image.Repository, manifest, cancellationToken);
            return true;
        }
        catch (RegistryException e) when (e.Error == RegistryError.NotFound)
        {
            // Registries take away by themselves what is attached to an image that goes.
            return false;
        }
    }

    private async Task ShrinkAsync(
        ImageReference tag,
        ReferrersIndex before,
        ReferrersIndex after,
        CancellationToken cancellationToken
    )
    {
        if (after.Count == before.Count)
        {
            return;
        }

        if (after.Count > 0)
        {
            await client.PutManifestAsync(tag, after.Render(), cancellationToken);
        }
        else if (await client.FindAsync(tag, cancellationToken) is { } index)
        {
            await client.DeleteManifestAsync(tag.Repository, index, cancellationToken);
        }
    }

    private async Task<ReferrerManifest?> FindAsync(
        ImageReference image,
        ImageDigest manifest,
        string mediaType,
        CancellationToken cancellationToken
    )
    {
        var reference = new ImageReference(image.Repository, null, manifest);
        var content = await client.GetManifestAsync(reference, cancellationToken);
        return
            ReferrerManifest.Parse(content, reference.ToString()) is { } found
            && found.ArtifactType == mediaType
            && found.Content.MediaType == mediaType
            && found.Subject == image.Digest
            ? found
            : null;
    }

    /// <summary>Reads the same, for taking away: what stands under the tag and is no index is none of ours.</summary>
    private async Task<ReferrersIndex?> TaggedAsync(ImageReference tag, CancellationToken cancellationToken)
    {
        try
        {
            return await IndexAsync(tag, cancellationToken);
        }
        catch (RegistryException e) when (e.Error == RegistryError.Invalid)
        {
            return null;
        }
    }

    /// <summary>Reads the index under the tag; null where there is none.</summary>
    /// <exception cref="RegistryException">The tag stands for something else.</exception>
    private async Task<ReferrersIndex?> IndexAsync(ImageReference tag, CancellationToken cancellationToken)
    {
        try
        {
            var content = await client.GetManifestAsync(tag, cancellationToken);
            return ReferrersIndex.Parse(content.Bytes, tag.ToString());
        }
        catch (RegistryException e) when (e.Error == RegistryError.NotFound)
        {
            return null;
        }
    }

    private Task UploadAsync(
        ImageRepository repository,
        Descriptor blob,
        byte[] content,
        CancellationToken cancellationToken
    ) =>
        client.UploadBlobAsync(
            repository,
            blob,
            _ => Task.FromResult<Stream>(new MemoryStream(content, writable: false)),
            cancellationToken
        );

    private static ImageReference TagOf(ImageRepository repository, ImageDigest subject) =>
        new(repository, ReferrersTag.Of(subject), null);
}
