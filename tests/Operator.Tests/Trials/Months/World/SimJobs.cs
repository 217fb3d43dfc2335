using System.Text;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using LocalCluster.Nodes;
using StandIns;

namespace Operator.Tests.Trials.Months.World;

/// <summary>Runs the Jobs of a simulated cluster: each takes its time, some fail, some lose their node.</summary>
internal sealed class SimJobs(SimStore store, SimRegistry registry, SimFaults faults, SimTime time, Dice dice)
{
    private static readonly SimulatedFault[] Failures =
    [
        SimulatedFault.OutOfMemory,
        SimulatedFault.DiskFull,
        new(["error building image: connection reset by peer"]),
    ];

    private readonly SimulatedCheck _check = new("2.10.0", "12.8");
    private readonly SimulatedRunner _runner = new(registry.Http, time, TimeSpan.Zero);
    private string? _seen;
    private readonly Dictionary<string, DateTime> _ends = new(StringComparer.Ordinal);

    /// <summary>Gets or sets what takes the place of what the containers are: by a Job, before they run.</summary>
    public Action<V1Job, SimulatedRunner, SimulatedCheck> Before { get; set; } = (_, _, _) => { };

    /// <summary>Gets or sets how builds fail; null for by chance.</summary>
    public Func<SimulatedFault?>? Failing { get; set; }

    /// <summary>Gets the digests of candidates whose verification ended well.</summary>
    public HashSet<string> Verified { get; } = new(StringComparer.Ordinal);

    public DateTime? Next => _ends.Count > 0 ? _ends.Values.Min() : null;

    public async Task StepAsync()
    {
        if (store.Version == _seen && !(Next <= time.Now))
        {
            return;
        }

        var jobs = store.List<V1Job>().Where(j => j.Status?.Conditions is not { Count: > 0 }).ToList();
        foreach (var gone in _ends.Keys.Except(jobs.Select(j => j.Metadata.Uid)).ToList())
        {
            _ends.Remove(gone);
        }

        foreach (var job in jobs)
        {
            if (!_ends.TryGetValue(job.Metadata.Uid, out var end))
            {
                Start(job);
            }
            else if (end <= time.Now)
            {
                await EndAsync(job);
            }
        }

        _seen = store.Version;
    }

    private void Start(V1Job job)
    {
        var chance = dice.For($"job {job.Metadata.Name}");
        _runner.Fault = Fails;
        var minutes = Containers(job).Any(c => c.Name == KanikoJob.Container) ? chance.Next(8, 40) : 2;
        _ends[job.Metadata.Uid] = time.Now.AddMinutes(minutes).AddSeconds(chance.Next(60));
        store.Create(
            new V1Pod
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Metadata = new V1ObjectMeta
                {
                    Name = $"{job.Metadata.Name}-pod",
                    NamespaceProperty = job.Metadata.NamespaceProperty,
                    Labels = Labels(job),
                    OwnerReferences =
                    [
                        new V1OwnerReference
                        {
                            ApiVersion = "batch/v1",
                            Kind = "Job",
                            Name = job.Metadata.Name,
                            Uid = job.Metadata.Uid,
                            Controller = true,
                        },
                    ],
                },
                Spec = Placed(SimStore.Copy(job).Spec.Template.Spec),
                Status = new V1PodStatus
                {
                    Phase = "Running",
                    StartTime = time.Now,
                    Conditions = [Scheduled()],
                    ContainerStatuses =
                    [
                        .. job.Spec.Template.Spec.Containers.Select(c =>
                            Status(
                                c.Name,
                                new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = time.Now } }
                            )
                        ),
                    ],
                },
            }
        );
        store.Change<V1Job>(
            job.Metadata.NamespaceProperty,
            job.Metadata.Name,
            live =>
            {
                live.Status = new V1JobStatus { Active = 1, StartTime = time.Now };
                return live;
            }
        );
    }

    private static IEnumerable<V1Container> Containers(V1Job job) =>
        (job.Spec.Template.Spec.InitContainers ?? []).Concat(job.Spec.Template.Spec.Containers);

    private static Dictionary<string, string> Labels(V1Job job) =>
        new(job.Spec.Template.Metadata.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            ["batch.kubernetes.io/job-name"] = job.Metadata.Name,
            ["job-name"] = job.Metadata.Name,
            ["controller-uid"] = job.Metadata.Uid,
            ["batch.kubernetes.io/controller-uid"] = job.Metadata.Uid,
        };

    private static V1PodSpec Placed(V1PodSpec given)
    {
        given.NodeName = "node-1";
        return given;
    }

    private V1PodCondition Scheduled() =>
        new()
        {
            Type = "PodScheduled",
            Status = "True",
            LastTransitionTime = time.Now,
        };

    private static V1ContainerStatus Status(string name, V1ContainerState state) =>
        new()
        {
            Name = name,
            Image = "",
            ImageID = "",
            Ready = state.Running is not null,
            State = state,
        };

    private async Task EndAsync(V1Job job)
    {
        _ends.Remove(job.Metadata.Uid);
        _runner.Ending = _check.Answer;
        Before(job, _runner, _check);
        var ends = new List<(V1Container Container, ContainerResult Result)>();
        var log = new StringBuilder();
        foreach (var container in Containers(job))
        {
            ends.Add((container, await RunAsync(job, container, log)));
            if (ends[^1].Result.ExitCode != 0)
            {
                break;
            }
        }

        var failed = ends[^1].Result is { ExitCode: not 0 };
        Remember(ends);
        var ns = job.Metadata.NamespaceProperty;
        if (store.Find<V1Pod>(ns, $"{job.Metadata.Name}-pod") is { })
        {
            store.Change<V1Pod>(ns, $"{job.Metadata.Name}-pod", pod => Ended(pod, ends, failed, log.ToString()));
        }

        store.Change<V1Job>(
            ns,
            job.Metadata.Name,
            live =>
            {
                live.Status = new V1JobStatus
                {
                    StartTime = live.Status?.StartTime,
                    CompletionTime = failed ? null : time.Now,
                    Succeeded = failed ? null : 1,
                    Failed = failed ? 1 : null,
                    Conditions =
                    [
                        new V1JobCondition
                        {
                            Type = failed ? "Failed" : "Complete",
                            Status = "True",
                            Reason = failed ? "BackoffLimitExceeded" : null,
                            Message = failed ? "Job has reached the specified backoff limit" : null,
                            LastTransitionTime = time.Now,
                        },
                    ],
                };
                return live;
            }
        );
    }

    private V1ContainerStateTerminated End(V1Pod pod, ContainerResult result, string log) =>
        new()
        {
            ExitCode = result.ExitCode,
            Message = result.ExitCode == 0 || result.Message.Length > 0 ? result.Message : log,
            Reason = result.Reason ?? (result.ExitCode == 0 ? "Completed" : "Error"),
            StartedAt = pod.Status.StartTime,
            FinishedAt = time.Now,
        };

    private V1Pod Ended(
        V1Pod pod,
        IReadOnlyList<(V1Container Container, ContainerResult Result)> ends,
        bool failed,
        string log
    )
    {
        var eviction = ends[^1].Result.Eviction;
        pod.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["sim/log"] = log };
        pod.Status.Phase = failed ? "Failed" : "Succeeded";
        (pod.Status.Reason, pod.Status.Message) = eviction is null ? (null, null) : ("Evicted", eviction);
        var all = ends.Select(e =>
            Status(e.Container.Name, new V1ContainerState { Terminated = End(pod, e.Result, log) })
        );
        var inits = (pod.Spec.InitContainers ?? []).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        pod.Status.InitContainerStatuses = [.. all.Where(c => inits.Contains(c.Name))];
        pod.Status.ContainerStatuses = [.. all.Where(c => !inits.Contains(c.Name))];
        return pod;
    }

    private void Remember(IReadOnlyList<(V1Container Container, ContainerResult Result)> ends)
    {
        foreach (var (container, result) in ends.Where(e => e.Container.Name == VerifyJob.Container))
        {
            if (result.ExitCode == 0 && container.Image.Split('@') is [_, var digest])
            {
                Verified.Add(digest);
            }
        }
    }

    private async Task<ContainerResult> RunAsync(V1Job job, V1Container container, StringBuilder log)
    {
        using var stop = new CancellationTokenSource();
        var run = _runner.RunAsync(
            new ContainerSpec
            {
                Namespace = job.Metadata.NamespaceProperty,
                Pod = $"{job.Metadata.Name}-pod",
                Name = container.Name,
                Image = container.Image,
                Args = [.. container.Args ?? []],
                Env = new Dictionary<string, string>(StringComparer.Ordinal),
                Files = SimVolumes.Files(store, job, container),
                Labels = new Dictionary<string, string>(StringComparer.Ordinal),
                Serves = container.RestartPolicy == "Always",
                Log = line => log.Append(line).Append('\n'),
                Ready = stop.Cancel,
            },
            stop.Token
        );
        try
        {
            return await run;
        }
        catch (OperationCanceledException)
        {
            // One that serves beside the others ends with its pod.
            return new ContainerResult(0);
        }
    }

    private SimulatedFault? Fails(ContainerSpec container)
    {
        if (Failing is { } failing)
        {
            return container.Name == KanikoJob.Container ? failing() : null;
        }

        var chance = dice.For($"container {container.Pod} {container.Name}");
        return faults.IsOn && container.Name == KanikoJob.Container && chance.Next(8) == 0
            ? Failures[chance.Next(Failures.Length)]
            : null;
    }
}
