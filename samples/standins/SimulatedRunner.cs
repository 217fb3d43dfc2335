using System.Text.Json.Nodes;
using LocalCluster.Nodes;
using StandIns.Kaniko;

namespace StandIns;

/// <summary>
/// Runs nothing, and says so in its log. A Kaniko executor's build is simulated up to its result: the image that it
/// pushes, with the Dockerfile's user, environment and labels, is real and so is its digest.
/// </summary>
/// <param name="http">For the registries of builds.</param>
/// <param name="time">The clock of its steps.</param>
/// <param name="step">Time that each simulated step takes.</param>
public sealed class SimulatedRunner(HttpClient http, TimeProvider time, TimeSpan step) : IPodRunner
{
    private readonly SimulatedBuild _builds = new(http, time, step);
    private readonly StagedBuilds _staged = new();

    /// <summary>Decides how a container fails, asked at its start; null lets it do its work.</summary>
    public Func<ContainerSpec, SimulatedFault?> Fault { get; set; } = _ => null;

    /// <summary>
    /// Decides how a container that neither serves nor builds ends; null means that it ends well and says nothing.
    /// </summary>
    public Func<ContainerSpec, ContainerResult?> Ending { get; set; } = _ => null;

    /// <summary>Changes the config of an image that is built, for one that isn't as its Dockerfile says.</summary>
    public Action<JsonObject> Config { get; set; } = _ => { };

    /// <summary>Returns the digest that a build reports in place of the true one; null for the truth.</summary>
    public Func<ContainerSpec, string?> Lie { get; set; } = _ => null;

    /// <summary>Returns the lines by which what pushed an image tells of its layers, by the image's digest.</summary>
    public Func<string, IEnumerable<string>> LayersOf
    {
        get => _staged.LayersOf;
        set => _staged.LayersOf = value;
    }

    /// <summary>Holds a container up before it does its work.</summary>
    public Func<ContainerSpec, CancellationToken, Task> Hold { get; set; } = (_, _) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<ContainerResult> RunAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        container.Log("simulated: no process runs in this container");
        await Task.Delay(step, time, cancellationToken);
        await Hold(container, cancellationToken);
        if (Fault(container) is { } fault)
        {
            return await FailAsync(container, fault, cancellationToken);
        }

        if (container.Serves)
        {
            _staged.Meet(container);
            container.Ready();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        if (StagedBuilds.IsPublisher(container))
        {
            return Told(container, await _staged.PublishAsync(container, cancellationToken));
        }

        var flags = new KanikoFlags(container.Args);
        if (flags.First("destination") is null)
        {
            return Ending(container) ?? new ContainerResult(0);
        }

        return Told(container, await _builds.RunAsync(container, flags, _staged, Config, cancellationToken));
    }

    private ContainerResult Told(ContainerSpec container, ContainerResult built) =>
        built is { ExitCode: 0, Message.Length: > 0 } && Lie(container) is { } lie
            ? built with
            {
                Message = lie,
            }
            : built;

    private async Task<ContainerResult> FailAsync(
        ContainerSpec container,
        SimulatedFault fault,
        CancellationToken cancellationToken
    )
    {
        foreach (var line in fault.Lines)
        {
            container.Log(line);
        }

        if (fault.Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        return new ContainerResult(fault.ExitCode, fault.Message, fault.Reason, fault.Eviction);
    }
}
