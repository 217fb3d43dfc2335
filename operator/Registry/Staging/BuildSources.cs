using System.Collections.Concurrent;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Staging;

/// <summary>
/// Reads what a build may read: the manifests and blobs of its base and nothing else of that repository, and the layers
/// of its cache. What was asked for isn't kept but for the base's manifests, which are needed after a restart, too.
/// </summary>
internal sealed class BuildSources(RegistryClient registry, StagingPlan plan) : IDisposable
{
    private readonly SemaphoreSlim _once = new(1, 1);
    private readonly ConcurrentDictionary<ImageDigest, Descriptor> _cached = new();
    private volatile BaseManifests? _base;

    /// <summary>Returns a manifest of the base; null when the digest is that of another image.</summary>
    public async Task<ManifestContent?> BaseManifestAsync(ImageDigest digest, CancellationToken cancellationToken) =>
        (await BaseAsync(cancellationToken)).All.FirstOrDefault(m => m.Digest == digest);

    /// <summary>Returns a blob that the base's manifest names; null when it names none of that digest.</summary>
    public async Task<Descriptor?> BaseBlobAsync(ImageDigest digest, CancellationToken cancellationToken) =>
        (await BaseAsync(cancellationToken)).Blobs.FirstOrDefault(b => b.Digest == digest);

    /// <summary>Returns what the cache holds under a key; null when it holds nothing.</summary>
    /// <exception cref="RegistryException">It can't be asked.</exception>
    public async Task<ManifestContent?> CachedAsync(ImageTag key, CancellationToken cancellationToken)
    {
        if (plan.Cache is not { } cache)
        {
            return null;
        }

        try
        {
            var found = await registry.GetManifestAsync(new ImageReference(cache, key, null), cancellationToken);
            var manifest = ImageManifest.Parse(found, $"{cache}:{key}");
            foreach (var blob in manifest.Layers.Append(manifest.Config))
            {
                _cached[blob.Digest] = blob;
            }

            return found;
        }
        catch (RegistryException e) when (e.Error == RegistryError.NotFound)
        {
            return null;
        }
    }

    /// <summary>Returns a blob that a manifest of the cache names which was asked for; null when none does.</summary>
    public Descriptor? CachedBlob(ImageDigest digest) => _cached.GetValueOrDefault(digest);

    /// <summary>Opens a blob of the base.</summary>
    public Task<Stream> OpenBaseAsync(Descriptor blob, CancellationToken cancellationToken) =>
        registry.OpenBlobAsync(plan.Base.Repository, blob, cancellationToken);

    /// <summary>Opens a blob of the cache; null without a cache.</summary>
    public async Task<Stream?> OpenCachedAsync(Descriptor blob, CancellationToken cancellationToken) =>
        plan.Cache is { } cache ? await registry.OpenBlobAsync(cache, blob, cancellationToken) : null;

    public void Dispose() => _once.Dispose();

    private async Task<BaseManifests> BaseAsync(CancellationToken cancellationToken)
    {
        if (_base is { } known)
        {
            return known;
        }

        await _once.WaitAsync(cancellationToken);
        try
        {
            return _base ??= await ReadBaseAsync(cancellationToken);
        }
        finally
        {
            _once.Release();
        }
    }

    private async Task<BaseManifests> ReadBaseAsync(CancellationToken cancellationToken)
    {
        var named = await registry.GetManifestAsync(plan.Base, cancellationToken);
        var what = plan.Base.ToString();
        var chosen = named;
        if (MediaTypes.IsIndex(named.MediaType))
        {
            var child = ImageIndex.Select(named, plan.Platform, what);
            chosen = await registry.GetManifestAsync(plan.Base.WithDigest(child.Digest), cancellationToken);
        }

        var manifest = ImageManifest.Parse(chosen, what);
        return new BaseManifests(
            chosen == named ? [named] : [named, chosen],
            [.. manifest.Layers.Append(manifest.Config)]
        );
    }

    private sealed record BaseManifests(IReadOnlyList<ManifestContent> All, IReadOnlyList<Descriptor> Blobs);
}
