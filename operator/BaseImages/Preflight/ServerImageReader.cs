using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Preflight;

/// <summary>
/// Reads server images in their registry, manifest and config, with the credentials that assembling will use. Many
/// objects name the same image: an answer serves all for a while.
/// </summary>
internal sealed class ServerImageReader(RegistryClientFactory door, TimeProvider time)
{
    private readonly RegistryAnswerReader<ServerImageAnswer> _asked = new(
        door,
        time,
        why => new ServerImageAnswer.Unavailable(why),
        answer => answer is ServerImageAnswer.Found
    );

    /// <summary>Returns what the registry says now, or said a short while ago.</summary>
    public Task<ServerImageAnswer> ReadAsync(
        string ns,
        BuildTemplate template,
        ImageReference reference,
        CancellationToken cancellationToken
    ) =>
        _asked.AskAsync(
            RegistryQuestion.Of(ns, template, reference.ToString()),
            reference.Repository.Host,
            (client, deadline) => ReadAsync(client, reference, template, deadline),
            Sort,
            cancellationToken
        );

    private static (ServerImageAnswer Answer, TimeSpan? Pause) Sort(RegistryException e) =>
        e.IsTransient ? (new ServerImageAnswer.Unavailable(e.Message), e.RetryAfter)
        : e.Error == RegistryError.EgressRefused ? (new ServerImageAnswer.NotAsked(e.Message), null)
        : (new ServerImageAnswer.Unusable(e.Message), null);

    private static async Task<ServerImageAnswer> ReadAsync(
        RegistryClient client,
        ImageReference reference,
        BuildTemplate template,
        CancellationToken cancellationToken
    )
    {
        ManifestContent content;
        try
        {
            content = await client.GetManifestAsync(reference, cancellationToken);
        }
        catch (RegistryException e) when (e.Error == RegistryError.NotFound)
        {
            return new ServerImageAnswer.Missing(e.Message);
        }

        ServerImageFacts? facts = null;
        foreach (var platform in template.AllPlatforms.Select(p => p.Text))
        {
            var image = await ImageReader.ReadAsync(client, reference, content, platform, cancellationToken);
            if (OwnLayers.Problem(image, platform) is { } problem)
            {
                return new ServerImageAnswer.Unusable(problem);
            }

            facts ??= ServerImageFacts.Of(reference, image);
        }

        return new ServerImageAnswer.Found(facts!);
    }
}
