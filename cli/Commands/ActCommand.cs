using System.CommandLine;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using KubectlGemma.Acting;
using KubectlGemma.Cluster;
using KubectlGemma.Facts;
using KubectlGemma.Output;

namespace KubectlGemma.Commands;

/// <summary>Runs what changes one object: decides, writes, tells, and waits where that is asked for.</summary>
internal sealed class ActCommand
{
    private readonly Shell _shell;
    private readonly ClusterOptions _cluster = new();
    private readonly Option<DryRun> _dryRun = Choices.DryRun();

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Wait for the outcome; exit code 1 says that it is a failure.",
    };

    private readonly Option<TimeSpan> _timeout = Choices.Timeout();

    /// <param name="shell">The process.</param>
    /// <param name="command">What it is called, with its own arguments.</param>
    /// <param name="decide">Decides what is written.</param>
    /// <param name="wait">Waits for what it leads to.</param>
    public ActCommand(
        Shell shell,
        Command command,
        Func<ParseResult, Target, CancellationToken, Task<Change>> decide,
        Func<Waiter, Change, long, CancellationToken, Task<int>> wait
    )
    {
        _shell = shell;
        command.Options.Add(_wait);
        command.Options.Add(_timeout);
        command.Options.Add(_dryRun);
        _cluster.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_wait) && result.GetValue(_dryRun) != DryRun.None)
            {
                result.AddError("--wait has nothing to wait for with --dry-run");
            }
        });
        command.SetAction(
            async (result, cancellationToken) =>
            {
                using var cluster = _cluster.Connect(result, _shell);
                var target = new Target(new ObjectReader(cluster, _shell.Time), _shell);
                var (change, generation) = await new Writer(cluster, _shell.Screen).WriteAsync(
                    token => decide(result, target, token),
                    result.GetValue(_dryRun),
                    cancellationToken
                );
                return result.GetValue(_wait)
                    ? await wait(
                        new Waiter(cluster, _shell.Screen, _shell.Time, result.GetValue(_timeout)),
                        change,
                        generation,
                        cancellationToken
                    )
                    : ExitCode.Done;
            }
        );
    }

    /// <summary>Reads what a decision looks at.</summary>
    internal sealed class Target(ObjectReader reader, Shell shell)
    {
        private bool _noted;

        public DateTime Now => shell.Now;

        /// <summary>Reads an object whose spec is changed, and notes who would put it back.</summary>
        public async Task<GemmaBaseImage> SpecOfAsync(string name, CancellationToken cancellationToken)
        {
            var image = await ImageAsync(name, cancellationToken);
            if (!_noted && GitOwner.Of(image) is { } owner)
            {
                shell.Screen.Note(
                    $"note: {name} comes from {owner}, which may put its spec back; change it there to keep it"
                );
            }

            _noted = true;
            return image;
        }

        public async Task<GemmaBaseImage> ImageAsync(string name, CancellationToken cancellationToken) =>
            GemmaCluster.Read<GemmaBaseImage>(await reader.ImageAsync(name, cancellationToken));

        public async Task<GemmaBuild> BuildAsync(string name, CancellationToken cancellationToken) =>
            GemmaCluster.Read<GemmaBuild>(await reader.BuildAsync(name, cancellationToken));

        public async Task<IReadOnlyList<GemmaBuild>> BuildsAsync(string image, CancellationToken cancellationToken) =>
            [.. (await reader.BuildsOfAsync(image, cancellationToken)).Select(GemmaCluster.Read<GemmaBuild>)];

        /// <summary>Finds what a name that may be of either kind means; an object goes before a build.</summary>
        public Task<(GemmaBaseImage? Image, GemmaBuild? Build)> EitherAsync(
            string name,
            CancellationToken cancellationToken
        ) => reader.EitherAsync(name, cancellationToken);
    }
}
