using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Preflight;

/// <summary>
/// Asks whether a base has an image for every platform of a build for several. What a digest names never changes, but
/// may come late: what is there is remembered for a while, what isn't only briefly.
/// </summary>
internal sealed class BasePlatformReader(RegistryClientFactory door, TimeProvider time)
{
    private readonly RegistryAnswerReader<BasePlatformAnswer> _asked = new(
        door,
        time,
        why => new BasePlatformAnswer.Unavailable(why),
        answer => answer is BasePlatformAnswer.Found
    );

    /// <summary>Returns what the registry says now, or said a short while ago.</summary>
    /// <param name="ns">Namespace of the object.</param>
    /// <param name="template">How the build is made.</param>
    /// <param name="pinned">The base, by digest.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<BasePlatformAnswer> ReadAsync(
        string ns,
        BuildTemplate template,
        ImageReference pinned,
        CancellationToken cancellationToken
    ) =>
        _asked.AskAsync(
            RegistryQuestion.Of(ns, template, pinned.ToString()),
            pinned.Repository.Host,
            async (client, deadline) => Judge(await client.GetManifestAsync(pinned, deadline), template, pinned),
            e => (new BasePlatformAnswer.Unavailable(e.Message), e.RetryAfter),
            cancellationToken
        );

    /// <summary>Looks for each platform in the index; an image by itself is for one platform at most.</summary>
    private static BasePlatformAnswer Judge(ManifestContent content, BuildTemplate template, ImageReference reference)
    {
        var wanted = template.AllPlatforms.Select(p => p.Text);
        if (!MediaTypes.IsIndex(content.MediaType))
        {
            return new BasePlatformAnswer.Lacking(
                $"{reference} is an image for one platform, and no index of images for {string.Join(" and ", wanted)}"
            );
        }

        try
        {
            foreach (var platform in wanted)
            {
                ImageIndex.Select(content, platform, reference.ToString());
            }

            return new BasePlatformAnswer.Found();
        }
        catch (RegistryException e)
        {
            return new BasePlatformAnswer.Lacking(e.Message);
        }
    }
}
