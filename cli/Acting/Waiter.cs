using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Plans;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Output;
using KubectlGemma.Views;

namespace KubectlGemma.Acting;

/// <summary>Waits for what a change leads to, tells its steps, and ends with its outcome.</summary>
internal sealed class Waiter(GemmaCluster cluster, Screen screen, TimeProvider time, TimeSpan timeout)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly long _began = time.GetTimestamp();
    private string _told = "";

    /// <summary>Waits for the build that answers a request, and for what is served then.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> ForRequestAsync(string name, string request, CancellationToken cancellationToken)
    {
        var answer = await UntilAsync(
            $"a build of {name} begins",
            async () =>
                (await BuildsAsync(name, cancellationToken)).FirstOrDefault(b => b.RequestedAt == request)
                ?? await TellAsync<GemmaBuild>(name, cancellationToken),
            cancellationToken
        );
        var code = await ForBuildAsync(answer.BuildName, cancellationToken);
        return code == ExitCode.Done
            ? await ForImageAsync(name, generation: 0, new Awaited(), cancellationToken)
            : code;
    }

    /// <summary>Waits for the operator's answer to a question, and shows it.</summary>
    public async Task<int> ForPlanAsync(string name, string request, CancellationToken cancellationToken)
    {
        var plan = await UntilAsync(
            $"the operator answers for {name}, which one that is older than this program never does (kubectl gemma "
                + "version tells)",
            async () =>
                (await ReadAsync<GemmaBaseImage>(name, cancellationToken)).Status?.Plan is { } plan
                && plan.ObservedRequest == request
                    ? plan
                    : null,
            cancellationToken
        );
        screen.Print(PlanView.Lines(name, plan, screen.Width));
        return plan.Result.Value is PlanResult.BuildNeeded or PlanResult.NoBuild ? ExitCode.Done : ExitCode.Failed;
    }

    public async Task<int> ForBuildAsync(string name, CancellationToken cancellationToken)
    {
        var ended = await UntilAsync(
            $"{name} ends",
            async () =>
            {
                var build = await ReadAsync<GemmaBuild>(name, cancellationToken);
                Tell(Progress(build));
                return build.IsFinished ? build : null;
            },
            cancellationToken
        );
        var result = BuildsView.ResultOf(ended);
        screen.Print(Line.Of($"{name} ", new Piece(result, Tones.OfResult(result))));
        if (ended.Status?.Failure is { } failure)
        {
            screen.Print(Line.Wrapped(["  "], ShortReferences.In(failure.Message), screen.Width));
        }

        return Outcomes.Of(ended) == Outcome.Current ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Waits until an object is as it is asked to be, or can't become so.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="generation">Its generation since it was changed.</param>
    /// <param name="awaited">What has to be seen of it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<int> ForImageAsync(
        string name,
        long generation,
        Awaited awaited,
        CancellationToken cancellationToken
    )
    {
        var (settled, outcome) = await UntilAsync(
            $"{name} is as it should be",
            async () =>
            {
                var image = await ReadAsync<GemmaBaseImage>(name, cancellationToken);
                Tell(Doing(image));
                var build = awaited.Build is { } asked
                    ? (await BuildsAsync(name, cancellationToken)).FirstOrDefault(b => b.BuildName == asked)
                    : null;
                var judged = awaited.Judge(image, build, time.GetElapsedTime(_began));
                return (image.Status?.ObservedGeneration ?? 0) >= generation && judged != Outcome.InProgress
                    ? Tuple.Create(image, judged)
                    : null;
            },
            cancellationToken
        );
        var isWell = outcome == Outcome.Current;
        var type =
            isWell ? ConditionType.Ready
            : awaited.IsGivenUp(settled) ? ConditionType.Held
            : ConditionType.Stalled;
        var told = settled.Status?.Conditions.FirstOrDefault(c => c.Type == type);
        screen.Print(
            Line.Wrapped(
                [$"{name} ", new Piece($"{told?.Reason}: ", isWell ? Tone.Good : Tone.Bad)],
                ShortReferences.In(told?.Message ?? ""),
                screen.Width
            )
        );
        return isWell ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Progress(GemmaBuild build) =>
        build.ShownSteps is [.., var step]
            ? $"{build.BuildName}: {step.Name} {step.Result}{(build.Status?.HeldBy is { } held ? $" ({held})" : "")}"
            : $"{build.BuildName}: waits for a slot";

    private static string Doing(GemmaBaseImage image) =>
        image.Status?.Conditions.FirstOrDefault(c => c is { Type: ConditionType.Reconciling, Status: "True" })
            is { } doing
            ? ShortReferences.In($"{image.Metadata.Name}: {doing.Reason}: {doing.Message}")
            : "";

    /// <summary>Tells what is said of the image while nothing else is there yet.</summary>
    private async Task<T?> TellAsync<T>(string name, CancellationToken cancellationToken)
        where T : class
    {
        Tell(Doing(await ReadAsync<GemmaBaseImage>(name, cancellationToken)));
        return null;
    }

    private void Tell(string text)
    {
        if (text.Length > 0 && text != _told)
        {
            _told = text;
            screen.Print(Line.Of(new Piece(Ages.Span(time.GetElapsedTime(_began)).PadLeft(7) + "  ", Tone.Dim), text));
        }
    }

    private async Task<T> UntilAsync<T>(string what, Func<Task<T?>> look, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            if (await look() is { } found)
            {
                return found;
            }

            if (time.GetElapsedTime(_began) >= timeout)
            {
                throw new CliException(
                    ExitCode.TimedOut,
                    $"waited {Ages.Span(timeout)} (--timeout) until {what}; it goes on without being waited for"
                );
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<T> ReadAsync<T>(string name, CancellationToken cancellationToken)
        where T : class => GemmaCluster.Read<T>(await cluster.GetAsync<T>(cluster.Namespace, name, cancellationToken));

    private async Task<IReadOnlyList<GemmaBuild>> BuildsAsync(string image, CancellationToken cancellationToken) =>
        (
            await cluster.ListAsync<GemmaBuild>(
                cluster.Namespace,
                $"{ApiGroup.ImageLabel}={image}",
                fields: null,
                cancellationToken
            )
        ).Read<GemmaBuild>();
}
