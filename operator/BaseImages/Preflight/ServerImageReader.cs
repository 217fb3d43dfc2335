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
    private readonly SharedQuestions<RegistryQuestion, (ServerImageAnswer Answer, DateTimeOffset Until)> _asked = new(
        RegistryQuestion.Most
    );

    /// <summary>Returns what the registry says now, or said a short while ago.</summary>
    public async Task<ServerImageAnswer> ReadAsync(
        string ns,
        BuildTemplate template,
        ImageReference reference,
        CancellationToken cancellationToken
    )
    {
        var question = RegistryQuestion.Of(ns, template, reference.ToString());
        var said = await _asked.AskAsync(
            question,
            () => AskAsync(question),
            known => known.Until > time.GetUtcNow(),
            cancellationToken
        );
        return said.Answer;
    }

    private async Task<(ServerImageAnswer Answer, DateTimeOffset Until)> AskAsync(RegistryQuestion question)
    {
        var (template, reference) = (question.Template, ImageReference.Parse(question.About));
        using var turn = await door.Turns.TakeAsync(reference.Repository.Host);
        if (turn is null)
        {
            return For(
                new ServerImageAnswer.Unavailable($"{reference.Repository.Host}: {RegistryPatience.NoTurn}"),
                null
            );
        }

        using var deadline = new CancellationTokenSource(RegistryPatience.Deadline, time);
        try
        {
            var client = await door.ForTemplateAsync(question.Namespace, template, deadline.Token);
            var answer = await ReadAsync(client, reference, template, deadline.Token);
            turn.Answered();
            return For(answer, null);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            turn.Silent();
            var late = $"{reference}: no answer within {RegistryPatience.Deadline.TotalSeconds:0} s";
            return For(new ServerImageAnswer.Unavailable(late), null);
        }
        catch (RegistryException e) when (e.IsTransient)
        {
            turn.Heard(e);
            return For(new ServerImageAnswer.Unavailable(e.Message), e.RetryAfter);
        }
        catch (RegistryException e)
        {
            turn.Heard(e);
            return For(
                e.Error == RegistryError.EgressRefused
                    ? new ServerImageAnswer.NotAsked(e.Message)
                    : new ServerImageAnswer.Unusable(e.Message),
                null
            );
        }
    }

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

    private (ServerImageAnswer, DateTimeOffset) For(ServerImageAnswer given, TimeSpan? pause) =>
        (given, time.GetUtcNow() + RegistryPatience.Of(given is ServerImageAnswer.Found, pause));
}
