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
    private readonly SharedQuestions<RegistryQuestion, (BasePlatformAnswer Answer, DateTimeOffset Until)> _asked = new(
        RegistryQuestion.Most
    );

    /// <summary>Returns what the registry says now, or said a short while ago.</summary>
    /// <param name="ns">Namespace of the object.</param>
    /// <param name="template">How the build is made.</param>
    /// <param name="pinned">The base, by digest.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<BasePlatformAnswer> ReadAsync(
        string ns,
        BuildTemplate template,
        ImageReference pinned,
        CancellationToken cancellationToken
    )
    {
        var question = RegistryQuestion.Of(ns, template, pinned.ToString());
        var said = await _asked.AskAsync(
            question,
            () => AskAsync(question),
            known => known.Until > time.GetUtcNow(),
            cancellationToken
        );
        return said.Answer;
    }

    private async Task<(BasePlatformAnswer Answer, DateTimeOffset Until)> AskAsync(RegistryQuestion question)
    {
        var (template, reference) = (question.Template, ImageReference.Parse(question.About));
        using var turn = await door.Turns.TakeAsync(reference.Repository.Host);
        if (turn is null)
        {
            return For(new BasePlatformAnswer.Unavailable($"{reference.Repository.Host}: {RegistryPatience.NoTurn}"));
        }

        using var deadline = new CancellationTokenSource(RegistryPatience.Deadline, time);
        try
        {
            var client = await door.ForTemplateAsync(question.Namespace, template, deadline.Token);
            var content = await client.GetManifestAsync(reference, deadline.Token);
            turn.Answered();
            return For(Judge(content, template, reference));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            turn.Silent();
            return For(
                new BasePlatformAnswer.Unavailable(
                    $"{reference}: no answer within {RegistryPatience.Deadline.TotalSeconds:0} s"
                )
            );
        }
        catch (RegistryException e)
        {
            turn.Heard(e);
            return For(new BasePlatformAnswer.Unavailable(e.Message), e.RetryAfter);
        }
    }

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

    private (BasePlatformAnswer, DateTimeOffset) For(BasePlatformAnswer given, TimeSpan? pause = null) =>
        (given, time.GetUtcNow() + RegistryPatience.Of(given is BasePlatformAnswer.Found, pause));
}
