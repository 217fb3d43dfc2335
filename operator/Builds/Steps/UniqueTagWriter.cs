using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps;

/// <summary>Puts images that the operator makes itself under tags of their own.</summary>
internal static class UniqueTagWriter
{
    /// <summary>
    /// Puts the image under its tag, which may be immutable: where an earlier try has put the same image there, it is
    /// left alone, and beside another one this one gets a tag of its own. Returns the tag.
    /// </summary>
    public static async Task<ImageTag> PutAsync(
        RegistryClient client,
        ImageRepository target,
        ImageTag tag,
        ManifestContent manifest,
        CancellationToken cancellationToken
    )
    {
        var there = await ThereAsync(client, new ImageReference(target, tag, null), cancellationToken);
        if (there == manifest.Digest)
        {
            return tag;
        }

        var free = there is null ? tag : CandidateTag.OfContent(tag, manifest.Digest);
        await client.PutManifestAsync(new ImageReference(target, free, null), manifest, cancellationToken);
        return free;
    }

    /// <summary>A registry that doesn't tell what is there is asked to take the image all the same.</summary>
    private static async Task<ImageDigest?> ThereAsync(
        RegistryClient client,
        ImageReference reference,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await client.FindAsync(reference, cancellationToken);
        }
        catch (RegistryException e) when (!e.IsTransient)
        {
            return null;
        }
    }
}
