using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>Renders the statuses that a kubelet writes for a pod.</summary>
internal sealed class PodStatus(JsonObject pod, TimeProvider time)
{
    private readonly string _container = (pod.Object("spec").Array("containers")![0] as JsonObject).Text("name")!;
    private readonly string _image = (pod.Object("spec").Array("containers")![0] as JsonObject).Text("image")!;
    private string? _started;
    private int _restarts;
    private JsonObject? _lastEnd;
    private JsonArray _conditions = pod.Object("status").Array("conditions")?.DeepClone() as JsonArray ?? [];

    public bool HasEnded { get; private set; }

    /// <summary>Says whether a container besides the init containers has started.</summary>
    public bool HasBegun => _started is not null;

    /// <summary>Gets the statuses of the init containers.</summary>
    public InitStatuses Init { get; } = new(pod, time);

    public JsonObject Waiting(string reason, string? message)
    {
        var waiting = new JsonObject { ["reason"] = reason };
        if (message is not null)
        {
            waiting["message"] = message;
        }

        return Status(
            "Pending",
            new JsonObject { ["waiting"] = waiting },
            isReady: false,
            "ContainersNotReady",
            sandbox: true
        );
    }

    public JsonObject Running(bool isReady)
    {
        _started ??= time.Text();
        return Status(
            "Running",
            new JsonObject { ["running"] = new JsonObject { ["startedAt"] = _started } },
            isReady,
            "ContainersNotReady",
            sandbox: true
        );
    }

    /// <summary>Renders that the container has crashed and waits for its next start.</summary>
    public JsonObject CrashLoop(ContainerResult result, string message, int backOffSeconds)
    {
        _lastEnd = Terminated(result, message);
        return Status(
            "Running",
            new JsonObject
            {
                ["waiting"] = new JsonObject
                {
                    ["reason"] = "CrashLoopBackOff",
                    ["message"] =
                        $"back-off {Text(backOffSeconds)} restarting failed container={_container} "
                        + $"pod={pod.Metadata().Text("name")}_{pod.Metadata().Text("namespace")}"
                        + $"({pod.Metadata().Text("uid")})",
                },
            },
            isReady: false,
            "ContainersNotReady",
            sandbox: true
        );

        static string Text(int seconds) => seconds < 60 ? $"{seconds}s" : $"{seconds / 60}m{seconds % 60}s";
    }

    /// <summary>Counts that the container starts once more.</summary>
    public void Restarted()
    {
        _restarts++;
        _started = null;
    }

    public JsonObject Ended(ContainerResult result, string message)
    {
        HasEnded = true;
        var good = result is { ExitCode: 0, Eviction: null };
        var status = Status(
            good ? "Succeeded" : "Failed",
            new JsonObject { ["terminated"] = Terminated(result, message) },
            isReady: false,
            good ? "PodCompleted" : "PodFailed",
            sandbox: false
        );
        if (result.Eviction is { } why)
        {
            status["reason"] = "Evicted";
            status["message"] = why;
        }

        return status;
    }

    /// <summary>Renders a pod that the kubelet doesn't take: nothing of it ran, and no condition stays.</summary>
    public JsonObject Refused(PodRefusal refusal)
    {
        HasEnded = true;
        return new JsonObject
        {
            ["phase"] = "Failed",
            ["reason"] = refusal.Reason,
            ["message"] = $"Pod was rejected: {refusal.Message}",
            ["startTime"] = time.Text(),
            ["conditions"] = null,
        };
    }

    /// <summary>Renders a pod of several containers, of which these have ended.</summary>
    public JsonObject Side(IReadOnlyDictionary<string, ContainerResult> ended, bool isOver)
    {
        _started ??= time.Text();
        HasEnded = isOver;
        var isGood = ended.Values.All(r => r.ExitCode == 0);
        var whole = Status(
            !isOver ? "Running"
                : isGood ? "Succeeded"
                : "Failed",
            new JsonObject(),
            isReady: false,
            isOver
                ? isGood
                    ? "PodCompleted"
                    : "PodFailed"
                : "ContainersNotReady",
            sandbox: !isOver
        );
        whole["containerStatuses"] = new JsonArray([
            .. (pod.Object("spec").Array("containers") ?? [])
                .OfType<JsonObject>()
                .Select(c =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["name"] = c.Text("name"),
                            ["state"] = StateOf(c.Text("name")!),
                            ["ready"] = false,
                            ["restartCount"] = 0,
                            ["image"] = c.Text("image"),
                            ["imageID"] = c.Text("image"),
                        }
                ),
        ]);
        return whole;

        JsonObject StateOf(string name) =>
            ended.TryGetValue(name, out var result)
                ? new JsonObject { ["terminated"] = Terminated(result, result.Message) }
                : new JsonObject { ["running"] = new JsonObject { ["startedAt"] = _started } };
    }

    /// <summary>Renders a pod whose init containers will never all have ended well.</summary>
    /// <param name="eviction">Why the node evicted the pod; null when an init container failed.</param>
    public JsonObject NeverBegun(string? eviction)
    {
        HasEnded = true;
        var status = Status(
            "Failed",
            new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "PodInitializing" } },
            isReady: false,
            "PodFailed",
            sandbox: false
        );
        if (eviction is not null)
        {
            (status["reason"], status["message"]) = ("Evicted", eviction);
        }

        return status;
    }

    private JsonObject Terminated(ContainerResult result, string message)
    {
        var terminated = new JsonObject
        {
            ["exitCode"] = result.ExitCode,
            ["reason"] = result.Reason ?? (result.ExitCode == 0 ? "Completed" : "Error"),
            ["startedAt"] = _started ?? time.Text(),
            ["finishedAt"] = time.Text(),
            ["containerID"] = "containerd://simulated",
        };
        if (message.Length > 0)
        {
            terminated["message"] = message;
        }

        return terminated;
    }

    private JsonObject Status(string phase, JsonObject state, bool isReady, string notReady, bool sandbox)
    {
        var now = time.Text();
        var next = new JsonArray();
        Add("PodReadyToStartContainers", sandbox ? "True" : "False", null, null);
        if (Init.Incomplete is { Count: > 0 } incomplete)
        {
            Add(
                "Initialized",
                "False",
                "ContainersNotInitialized",
                $"containers with incomplete status: [{string.Join(' ', incomplete)}]"
            );
        }
        else
        {
            Add("Initialized", "True", notReady is "PodCompleted" ? notReady : null, null);
        }

        foreach (var type in new[] { "Ready", "ContainersReady" })
        {
            Add(
                type,
                isReady ? "True" : "False",
                isReady ? null : notReady,
                !isReady && notReady == "ContainersNotReady" ? $"containers with unready status: [{_container}]" : null
            );
        }

        Add("PodScheduled", "True", null, null);
        _conditions = next;
        var whole = new JsonObject
        {
            ["phase"] = phase,
            ["startTime"] = _started ?? now,
            ["hostIP"] = "192.0.2.2",
            ["podIP"] = "10.244.0.2",
            ["conditions"] = next.DeepClone(),
            ["containerStatuses"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = _container,
                    ["state"] = state,
                    ["lastState"] = _lastEnd is null
                        ? new JsonObject()
                        : new JsonObject { ["terminated"] = _lastEnd.DeepClone() },
                    ["ready"] = isReady,
                    ["started"] = state.ContainsKey("running"),
                    ["restartCount"] = _restarts,
                    ["image"] = _image,
                    ["imageID"] = _image,
                }
            ),
        };
        if (Init.Render() is { Count: > 0 } init)
        {
            whole["initContainerStatuses"] = init;
        }

        return whole;

        void Add(string type, string status, string? reason, string? message)
        {
            var old = _conditions.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == type);
            var condition = new JsonObject
            {
                ["type"] = type,
                ["status"] = status,
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = old.Text("status") == status ? old.Text("lastTransitionTime") : now,
            };
            if (reason is not null)
            {
                condition["reason"] = reason;
            }

            if (message is not null)
            {
                condition["message"] = message;
            }

            next.Add(condition);
        }
    }
}
