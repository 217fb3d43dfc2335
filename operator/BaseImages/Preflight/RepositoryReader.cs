using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Preflight;

/// <summary>
/// Asks registries whether repositories can be written, by beginning an upload and giving it up: that is all that the
/// distribution API tells without a push, and what Kaniko asks, too, before it builds.
/// </summary>
internal sealed class RepositoryReader(RegistryClientFactory door, TimeProvider time)
{
    private readonly SharedQuestions<RegistryQuestion, (RepositoryAnswer Answer, DateTimeOffset Until)> _asked = new(
        RegistryQuestion.Most
    );

    /// <summary>Returns what the registry says now, or said a short while ago.</summary>
    public async Task<RepositoryAnswer> ReadAsync(
        string ns,
        BuildTemplate template,
        ImageRepository repository,
        CancellationToken cancellationToken
    )
    {
        var question = RegistryQuestion.Of(ns, template, repository.ToString());
        var said = await _asked.AskAsync(
            question,
            () => AskAsync(question),
            known => known.Until > time.GetUtcNow(),
            cancellationToken
        );
        return said.Answer;
    }

    private async Task<(RepositoryAnswer Answer, DateTimeOffset Until)> AskAsync(RegistryQuestion question)
    {
        var repository = ImageRepository.Parse(question.About);
        using var turn = await door.Turns.TakeAsync(repository.Host);
        if (turn is null)
        {
            return For(new RepositoryAnswer.Unavailable($"{repository.Host}: {RegistryPatience.NoTurn}"), null);
        }

        using var deadline = new CancellationTokenSource(RegistryPatience.Deadline, time);
        try
        {
            var client = await door.ForTemplateAsync(question.Namespace, question.Template, deadline.Token);
            await client.CheckPushAsync(repository, deadline.Token);
            turn.Answered();
            return For(new RepositoryAnswer.Writable(), null);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            turn.Silent();
            var late = $"{repository}: no answer within {RegistryPatience.Deadline.TotalSeconds:0} s";
            return For(new RepositoryAnswer.Unavailable(late), null);
        }
        catch (RegistryException e)
        {
            turn.Heard(e);
            return For(Sort(e), e.RetryAfter);
        }
    }

    /// <summary>An answer that is none of the specification's says nothing about the push.</summary>
    private static RepositoryAnswer Sort(RegistryException e) =>
        e.Error switch
        {
            RegistryError.NotFound => new RepositoryAnswer.Missing(e.Message),
            RegistryError.Unauthorized or RegistryError.Denied => new RepositoryAnswer.Refused(e.Message),
            RegistryError.EgressRefused => new RepositoryAnswer.NotAsked(e.Message),
            RegistryError.Unavailable => new RepositoryAnswer.Unavailable(e.Message),
            _ => new RepositoryAnswer.Writable(),
        };

    private (RepositoryAnswer, DateTimeOffset) For(RepositoryAnswer given, TimeSpan? pause) =>
        (given, time.GetUtcNow() + RegistryPatience.Of(given is RepositoryAnswer.Writable, pause));
}
