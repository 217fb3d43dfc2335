using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;

namespace GemmaOperator.BaseImages.Preflight;

/// <summary>
/// Asks registries one kind of question before a build: when it is one's turn, for a bounded time, and not again while
/// what was said counts. Many objects ask the same: an answer serves all of them.
/// </summary>
/// <param name="door">Leads to registries.</param>
/// <param name="time">The time.</param>
/// <param name="unavailable">Makes an answer of why a registry gave none.</param>
/// <param name="isGood">Tells whether nothing was wrong, which counts for longer.</param>
internal sealed class RegistryAnswerReader<TAnswer>(
    RegistryClientFactory door,
    TimeProvider time,
    Func<string, TAnswer> unavailable,
    Func<TAnswer, bool> isGood
)
{
    private readonly SharedQuestions<RegistryQuestion, (TAnswer Answer, DateTimeOffset Until)> _asked = new(
        RegistryQuestion.Most
    );

    /// <summary>Returns what the registry says now, or said a short while ago.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="host">The registry.</param>
    /// <param name="ask">Asks it.</param>
    /// <param name="sort">Makes an answer of a refusal, with the pause that is kept after it.</param>
    /// <param name="cancellationToken">Ends the wait, and not the question: others wait for it.</param>
    public async Task<TAnswer> AskAsync(
        RegistryQuestion question,
        string host,
        Func<RegistryClient, CancellationToken, Task<TAnswer>> ask,
        Func<RegistryException, (TAnswer Answer, TimeSpan? Pause)> sort,
        CancellationToken cancellationToken
    )
    {
        var said = await _asked.AskAsync(
            question,
            () => AskAsync(question, host, ask, sort),
            known => known.Until > time.GetUtcNow(),
            cancellationToken
        );
        return said.Answer;
    }

    private async Task<(TAnswer Answer, DateTimeOffset Until)> AskAsync(
        RegistryQuestion question,
        string host,
        Func<RegistryClient, CancellationToken, Task<TAnswer>> ask,
        Func<RegistryException, (TAnswer Answer, TimeSpan? Pause)> sort
    )
    {
        using var turn = await door.Turns.TakeAsync(host);
        if (turn is null)
        {
            return For(unavailable($"{host}: {RegistryPatience.NoTurn}"));
        }

        using var deadline = new CancellationTokenSource(RegistryPatience.Deadline, time);
        try
        {
            var client = await door.ForTemplateAsync(question.Namespace, question.Template, deadline.Token);
            var answer = await ask(client, deadline.Token);
            turn.Answered();
            return For(answer);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            turn.Silent();
            return For(unavailable($"{question.About}: no answer within {RegistryPatience.Deadline.TotalSeconds:0} s"));
        }
        catch (RegistryException e)
        {
            turn.Heard(e);
            var (answer, pause) = sort(e);
            return For(answer, pause);
        }
    }

    private (TAnswer, DateTimeOffset) For(TAnswer given, TimeSpan? pause = null) =>
        (given, time.GetUtcNow() + RegistryPatience.Of(isGood(given), pause));
}
