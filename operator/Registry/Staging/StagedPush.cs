using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Staging;

/// <summary>
/// Pushes what a build staged: what it made from the disk; what it took over, from the base's repository or the
/// cache's, by a mount where both are of one registry. Nothing that is there already is sent.
/// </summary>
internal sealed class StagedPush(RegistryClient registry, BuildSources sources, StagedImages staged, StagingPlan plan)
{
    /// <summary>Pushes the result, its manifest last.</summary>
    /// <param name="tell">Told of each blob, a line each.</param>
    /// <param name="cancellationToken">Cancels; what was sent stays in the registry without a name.</param>
    /// <returns>The manifest's digest.</returns>
    /// <exception cref="FormatException">The build staged no image, or not all of it.</exception>
    /// <exception cref="RegistryException">A registry refuses, or can't be reached.</exception>
    public async Task<ImageDigest> PushAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        var (repository, tag) = (plan.Target.Repository, plan.Target.Tag!);
        var content =
            await staged.FindAsync(StagingNames.Output, tag, cancellationToken)
            ?? throw new FormatException("the executor ended well, but it pushed no image");
        await registry.CheckPushAsync(repository, cancellationToken);
        await SendAsync(repository, content, "the image", tell, cancellationToken);
        await registry.PutManifestAsync(plan.Target, content, cancellationToken);
        return content.Digest;
    }

    /// <summary>
    /// Pushes the layers that the build wants to find again. What can't be pushed is told and left out: the image is
    /// there, and the next build makes the layer anew.
    /// </summary>
    public async Task PushCacheAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        if (plan is not { WritesCache: true, Cache: { } cache })
        {
            return;
        }

        foreach (var key in staged.Tags(StagingNames.Cache))
        {
            try
            {
                var content = await staged.FindAsync(StagingNames.Cache, key, cancellationToken);
                await SendAsync(cache, content!, $"cached layer {key}", tell, cancellationToken);
                await registry.PutManifestAsync(new ImageReference(cache, key, null), content!, cancellationToken);
            }
            catch (Exception e) when (e is RegistryException or FormatException or IOException)
            {
                tell($"cache: {e.Message}");
                if (e is RegistryException { Error: RegistryError.Unauthorized or RegistryError.Denied })
                {
                    return;
                }
            }
        }
    }

    private async Task SendAsync(
        ImageRepository repository,
        ManifestContent content,
        string what,
        Action<string> tell,
        CancellationToken cancellationToken
    )
    {
        ImageManifest manifest;
        try
        {
            manifest = ImageManifest.Parse(content, what);
        }
        catch (RegistryException e)
        {
            throw new FormatException(e.Message, e);
        }

        foreach (var blob in manifest.Layers.Append(manifest.Config).DistinctBy(b => b.Digest))
        {
            var came = await SendAsync(repository, blob, cancellationToken);
            tell(FormattableString.Invariant($"{blob.Digest.Hex[..12]} {blob.Size / 1e6, 9:0.0} MB {came}"));
        }
    }

    private async Task<string> SendAsync(
        ImageRepository repository,
        Descriptor blob,
        CancellationToken cancellationToken
    )
    {
        if (staged.Has(blob.Digest))
        {
            if (staged.SizeOf(blob.Digest) != blob.Size)
            {
                throw new FormatException($"{blob.Digest} isn't as long as its manifest says");
            }

            // A cached layer is one of the image's, which has been sent.
            return await MountAsync(plan.Target.Repository) ? "mounted"
                : await UploadAsync(_ => Task.FromResult(staged.Open(blob.Digest))) ? "sent"
                : "is there";
        }

        if (await registry.BlobExistsAsync(repository, blob.Digest, cancellationToken))
        {
            return "is there";
        }

        var source = await sources.BaseBlobAsync(blob.Digest, cancellationToken) is not null
            ? plan.Base.Repository
            : plan.Cache ?? throw new FormatException($"{blob.Digest} is neither of the build nor of its base");
        return await MountAsync(source) ? "mounted"
            : await UploadAsync(token => registry.OpenBlobAsync(source, blob, token)) ? "copied"
            : "is there";

        async Task<bool> MountAsync(ImageRepository from) =>
            from != repository
            && from.Host == repository.Host
            && await registry.MountBlobAsync(repository, blob.Digest, from, cancellationToken);

        Task<bool> UploadAsync(Func<CancellationToken, Task<Stream>> open) =>
            registry.UploadBlobAsync(repository, blob, open, cancellationToken);
    }
}
