using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>Holds the statuses of a pod's init containers.</summary>
internal sealed class InitStatuses(JsonObject pod, TimeProvider time)
{
    private readonly List<JsonObject> _statuses =
    [
        .. (pod.Object("spec").Array("initContainers") ?? [])
            .OfType<JsonObject>()
            .Select(c => new JsonObject
            {
                ["name"] = c.Text("name"),
                ["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "PodInitializing" } },
                ["lastState"] = new JsonObject(),
                ["ready"] = false,
                ["started"] = false,
                ["restartCount"] = 0,
                ["image"] = c.Text("image"),
                ["imageID"] = c.Text("image"),
            }),
    ];

    /// <summary>Gets the names of those that haven't ended well yet, and of sidecars that haven't started.</summary>
    public IReadOnlyList<string> Incomplete =>
        [.. _statuses.Where(s => !s["ready"].IsTrue()).Select(s => s.Text("name")!)];

    public JsonArray Render() => new([.. _statuses.Select(s => s.DeepClone())]);

    public void Waiting(string name, string reason, string? message)
    {
        var waiting = new JsonObject { ["reason"] = reason };
        if (message is not null)
        {
            waiting["message"] = message;
        }

        Set(name, new JsonObject { ["waiting"] = waiting }, isReady: false);
    }

    public void Running(string name, bool isReady) =>
        Set(
            name,
            new JsonObject { ["running"] = new JsonObject { ["startedAt"] = time.Text() } },
            isReady,
            isStarted: true
        );

    /// <summary>Says how one ended; its restart comes with the next <see cref="Running"/>.</summary>
    public void Ended(string name, ContainerResult result)
    {
        var terminated = new JsonObject
        {
            ["exitCode"] = result.ExitCode,
            ["reason"] = result.Reason ?? (result.ExitCode == 0 ? "Completed" : "Error"),
            ["startedAt"] = Find(name).Object("state").Object("running").Text("startedAt") ?? time.Text(),
            ["finishedAt"] = time.Text(),
            ["containerID"] = "containerd://simulated",
        };
        if (result.Message.Length > 0)
        {
            terminated["message"] = result.Message;
        }

        Set(name, new JsonObject { ["terminated"] = terminated }, isReady: result.ExitCode == 0);
    }

    /// <summary>Counts that one will start again.</summary>
    public void Restarting(string name)
    {
        var status = Find(name);
        status["lastState"] = status["state"]!.DeepClone();
        status["restartCount"] = (status["restartCount"].Number() ?? 0) + 1;
    }

    private void Set(string name, JsonObject state, bool isReady, bool isStarted = false)
    {
        var status = Find(name);
        (status["state"], status["ready"], status["started"]) = (state, isReady, isStarted);
    }

    private JsonObject Find(string name) => _statuses.Find(s => s.Text("name") == name)!;
}
