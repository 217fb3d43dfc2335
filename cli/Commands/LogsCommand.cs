using System.CommandLine;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Output;

namespace KubectlGemma.Commands;

/// <summary>
/// Runs <c>logs</c>: what the pods of a build wrote, credentials redacted; where they are gone, what the build kept.
/// </summary>
internal sealed class LogsCommand(Shell shell)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Names the steps that have a Job, with the container whose log is meant.</summary>
    private static readonly (string Step, string Container)[] Steps =
    [
        ("Build", KanikoJob.Container),
        ("Verify", VerifyJob.Container),
        ("Scan", ScanJob.Scanner),
    ];

    private readonly ClusterOptions _cluster = new();
    private readonly Argument<string> _build = Choices.Build();
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on until the build has ended." };

    private readonly Option<string?> _step = new("--step")
    {
        Description = "Build, Verify or Scan (default: all).",
        CustomParser = given =>
        {
            var text = given.Tokens[0].Value;
            var step = Steps
                .Select(s => s.Step)
                .FirstOrDefault(s => s.Equals(text, StringComparison.OrdinalIgnoreCase));
            if (step is null)
            {
                given.AddError($"--step: {Quoted.Of(text)} is none of Build, Verify, Scan; the others run no pods");
            }

            return step;
        },
    };

    public static Command Make(Shell shell)
    {
        var own = new LogsCommand(shell);
        var command = new Command("logs", "Prints what the pods of a build wrote.")
        {
            own._build,
            own._step,
            own._follow,
        };
        own._cluster.AddTo(command);
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        using var cluster = _cluster.Connect(result, shell);
        var (name, step, follow) = (result.GetValue(_build)!, result.GetValue(_step), result.GetValue(_follow));
        var reader = new ObjectReader(cluster, shell.Time);
        var told = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var build = GemmaCluster.Read<GemmaBuild>(await reader.BuildAsync(name, cancellationToken));
            foreach (var (pod, container, ofStep) in await FindAsync(cluster, name, step, cancellationToken))
            {
                if (told.Add(pod.Metadata.Name))
                {
                    await PrintAsync(cluster, pod, container, ofStep, follow && !build.IsFinished, cancellationToken);
                }
            }

            if (!follow || build.IsFinished)
            {
                return told.Count > 0 ? ExitCode.Done : Kept(build);
            }

            await Task.Delay(Pause, shell.Time, cancellationToken);
        }
    }

    /// <summary>Finds the pods whose container has started, oldest first.</summary>
    private static async Task<IReadOnlyList<(V1Pod Pod, string Container, string Step)>> FindAsync(
        GemmaCluster cluster,
        string build,
        string? step,
        CancellationToken cancellationToken
    )
    {
        var pods = await cluster.ListAsync<V1Pod>(
            cluster.Namespace,
            $"{ApiGroup.BuildLabel}={ObjectName.LabelValue(build)}",
            fields: null,
            cancellationToken
        );
        return
        [
            .. from pod in pods.Read<V1Pod>().OrderBy(p => p.Metadata.CreationTimestamp)
            from known in Steps
            where step is null || known.Step == step
            where
                (pod.Status?.InitContainerStatuses ?? [])
                    .Concat(pod.Status?.ContainerStatuses ?? [])
                    .Any(c => c.Name == known.Container && c.State?.Waiting is null && c.State is not null)
            select (pod, known.Container, known.Step),
        ];
    }

    private async Task PrintAsync(
        GemmaCluster cluster,
        V1Pod pod,
        string container,
        string step,
        bool follow,
        CancellationToken cancellationToken
    )
    {
        shell.Screen.Print(Line.Of(new Piece($"==> {step}, pod {pod.Metadata.Name} <==", Tone.Dim)));
        using var log = await cluster.LogAsync(
            cluster.Namespace,
            pod.Metadata.Name,
            container,
            follow,
            tailLines: null,
            cancellationToken
        );
        while (await log.ReadLineAsync(cancellationToken) is { } line)
        {
            shell.Screen.Print(MaskedLog.Clean(line).Replace("\t", "    ", StringComparison.Ordinal));
        }
    }

    private int Kept(GemmaBuild build)
    {
        if (build.Status?.Failure?.LogTail is not { Length: > 0 } tail)
        {
            shell.Screen.Note($"build {build.BuildName} has no pods with a log (any more), and has kept no end of one");
            return ExitCode.NotFound;
        }

        shell.Screen.Note(
            $"the pods of {build.BuildName} are gone; the build has kept the end of the failed one's log"
        );
        shell.Screen.Print(tail.Split('\n').Select(l => Line.Of(l.Replace("\t", "    ", StringComparison.Ordinal))));
        return ExitCode.Done;
    }
}
