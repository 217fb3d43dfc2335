using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps;

/// <summary>
/// Does a step's work with registries when it is its turn there and for a bounded time, so that a silent one holds few
/// workers.
/// </summary>
internal static class RegistryExecutor
{
    /// <summary>Bounds one try of a step: what is in the registry by then is reused by the next.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    /// <summary>Who found no turn comes again then.</summary>
    private static readonly TimeSpan NextTurn = TimeSpan.FromSeconds(10);

    /// <param name="hosts">Registries that are asked; where there are none, the work is done at once.</param>
    /// <param name="tools">Of the step.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<StepOutcome<TResult>> InTurnAsync<TResult>(
        IReadOnlyList<string> hosts,
        StepTools tools,
        Func<CancellationToken, Task<StepOutcome<TResult>>> work,
        CancellationToken cancellationToken
    )
        where TResult : notnull
    {
        if (hosts.Count == 0)
        {
            return await work(cancellationToken);
        }

        using var turns = new Taken();
        foreach (var host in hosts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (await tools.Registries.Turns.TakeAsync(host) is not { } turn)
            {
                return new StepObstacle.Unavailable($"{host}: other questions wait for its answer", NextTurn);
            }

            turns.Add(turn);
        }

        using var deadline = new CancellationTokenSource(Deadline, tools.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var outcome = await work(either.Token);
            turns.ForEach(turn => turn.Answered());
            return outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new StepObstacle.Unavailable(
                $"{string.Join(", ", hosts)}: what is asked takes more than {Deadline.TotalSeconds:0} s"
            );
        }
        catch (RegistryException e)
        {
            turns.ForEach(turn => turn.Heard(e));
            throw;
        }
    }

    /// <summary>Gets the host of a build's repository.</summary>
    public static string HostOf(BuildSnapshot s) => ImageRepository.Parse(s.Spec.Template.Output.Repository).Host;

    private sealed class Taken : List<RegistryTurns.Turn>, IDisposable
    {
        public void Dispose() => ForEach(turn => turn.Dispose());
    }
}
