using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.References;
using KubectlGemma.Local.Engines;
using KubectlGemma.Output;
using LocalCluster.Nodes;
using Quickstart.Containers;
using StandIns.Processes;

namespace Quickstart.World;

/// <summary>
/// Gives the node a container engine, on which the pods of Jobs run for real where it has their images. What is served
/// stays simulated, and so do the Jobs that speak to it or that need an image that is only a stand-in here.
/// </summary>
internal sealed class EngineNode : IAsyncDisposable
{
    /// <summary>Is the operator's own image: two containers of an isolated build are the operator's.</summary>
    public const string OperatorImage = "gemma-operator:latest";

    /// <summary>Means the engine that the docker command would ask.</summary>
    public const string Usual = "docker";

    /// <summary>Lists containers of Jobs that speak to a simulated server, or that run in a stand-in's image.</summary>
    private static readonly HashSet<string> Simulated = new(StringComparer.Ordinal) { "smoke-test", "fetch-model" };

    /// <summary>Bounds how long the images that were made here may take to go.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Engine _engine;
    private readonly HttpClient _http = OwnMachine.MakeClient();
    private readonly HashSet<string> _bases = new(StringComparer.Ordinal);

    private EngineRunner? _runner;

    private EngineNode(Engine engine) => _engine = engine;

    /// <summary>
    /// Gets whether the pods of Jobs run on it; until <see cref="PrepareAsync"/> says so, nothing does.
    /// </summary>
    public bool Builds { get; private set; }

    /// <summary>Gets whether it has the operator's image, which isolated builds need.</summary>
    public bool IsIsolating { get; private set; }

    /// <summary>Gets what it is and where.</summary>
    public string Name => $"{_engine.Version.Name} at {_engine.Endpoint}";

    /// <summary>Asks the engine that is meant what it is.</summary>
    /// <param name="asked">An address, or <see cref="Usual"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CliException">None answers, or it isn't on this machine.</exception>
    public static async Task<EngineNode> ConnectAsync(string asked, CancellationToken cancellationToken) =>
        new(await Engine.ConnectAsync(EngineChoice.Of(asked), TimeProvider.System, cancellationToken));

    /// <summary>Returns what runs containers: this engine where it can, <paramref name="others"/> else.</summary>
    public IPodRunner Over(IPodRunner others) =>
        _runner = new EngineRunner(_engine, others, IsReal, _http, TimeProvider.System);

    /// <summary>
    /// Gets onto the engine what the builds of these specs need; returns one sentence about what is real, or about what
    /// is missing, and then nothing is.
    /// </summary>
    public async Task<string> PrepareAsync(IReadOnlyList<GemmaBaseImageSpec> specs, CancellationToken cancellationToken)
    {
        var needed = new List<string>();
        foreach (var spec in specs)
        {
            needed.Add(spec.Build.ExecutorImage ?? BuildSpec.DefaultExecutorImage);
            if (DeclaredBase.Read(spec.Base).TryGet(out var declared))
            {
                needed.Add(declared.Text);
                _bases.Add(declared.Text);
            }
        }

        foreach (var image in needed.Distinct(StringComparer.Ordinal))
        {
            if (await WhyNotAsync(image, cancellationToken) is { } why)
            {
                return $"all containers are simulated, since {Name} lacks {image}, and {why}";
            }
        }

        IsIsolating = await _engine.FindAsync(OperatorImage, cancellationToken) is not null;
        Builds = true;
        return $"the pods of Jobs are containers of {Name}";
    }

    /// <summary>
    /// Puts the engine's own copy of a base into a registry of this machine; returns its digest there, or null where
    /// no base is needed for real.
    /// </summary>
    /// <exception cref="CliException">The registry doesn't take it.</exception>
    public async Task<string?> PushAsync(
        DeclaredBase declared,
        ImageReference target,
        CancellationToken cancellationToken
    )
    {
        if (!Builds || !_bases.Contains(declared.Text))
        {
            return null;
        }

        await _engine.TagAsync(declared.Text, target, cancellationToken);
        try
        {
            return await _engine.PushAsync(target, credentials: null, cancellationToken)
                ?? throw new CliException(ExitCode.Failed, $"the engine pushed {target} and named no digest");
        }
        finally
        {
            await _engine.RemoveAsync(target.ToString(), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_runner?.DisposeAsync() ?? ValueTask.CompletedTask);
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        foreach (var image in _runner?.Pulled ?? [])
        {
            try
            {
                await _engine.RemoveAsync(image, patience.Token);
            }
            catch (Exception e) when (e is CliException or OperationCanceledException)
            {
                // It stays on the engine.
            }
        }

        _engine.Dispose();
        _http.Dispose();
    }

    private bool IsReal(ContainerSpec container) =>
        Builds && container.Owner == "Job" && !Simulated.Contains(container.Name);

    /// <summary>Returns why the engine can't get an image, in its own words; null when it has it.</summary>
    private async Task<string?> WhyNotAsync(string image, CancellationToken cancellationToken)
    {
        if (await _engine.FindAsync(image, cancellationToken) is not null)
        {
            return null;
        }

        try
        {
            await _engine.PullAsync(image, _engine.Version.Platform, credentials: null, cancellationToken);
            return null;
        }
        catch (CliException e)
        {
            return e.Message;
        }
    }
}
