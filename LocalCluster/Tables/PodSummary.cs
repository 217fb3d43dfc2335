using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Sums up a pod's containers in the few words that <c>kubectl get pods</c> shows.</summary>
internal sealed class PodSummary
{
    private readonly JsonObject _pod;
    private readonly List<JsonObject> _containers;
    private string? _status;
    private int _ready;
    private int _total;
    private long _restarts;
    private DateTimeOffset? _lastRestart;

    private PodSummary(JsonObject pod)
    {
        _pod = pod;
        _containers = Statuses("containerStatuses");
        _total = pod.Object("spec").Array("containers")?.Count ?? 0;
        _status = pod.Object("status").Text("reason") is { Length: > 0 } why ? why : pod.Object("status").Text("phase");
        if (HasCondition("PodScheduled", "False", "SchedulingGated"))
        {
            _status = "SchedulingGated";
        }

        if (!ReadInit() || HasCondition("Initialized", "True", null))
        {
            ReadContainers();
        }

        if (
            pod.Metadata()["deletionTimestamp"] is not null
            && pod.Object("status").Text("phase") is not ("Succeeded" or "Failed")
        )
        {
            _status = "Terminating";
        }
    }

    public string Ready => $"{_ready}/{_total}";

    public string? Status => _status;

    public static PodSummary Of(JsonObject pod) => new(pod);

    /// <summary>Returns how many of the pod's readiness gates are open.</summary>
    public static string Gates(JsonObject pod)
    {
        var gates = (pod.Object("spec").Array("readinessGates") ?? []).OfType<JsonObject>().ToList();
        var open = gates.Count(g =>
            (pod.Object("status").Array("conditions") ?? [])
                .OfType<JsonObject>()
                .Any(c => c.Text("type") == g.Text("conditionType") && c.Text("status") == "True")
        );
        return gates.Count == 0 ? "<none>" : $"{open}/{gates.Count}";
    }

    public string RestartsAt(DateTimeOffset now) =>
        _restarts > 0 && _lastRestart is { } last
            ? $"{_restarts} ({TableWriter.Age(last.Text(), now)} ago)"
            : _restarts.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads the init containers; returns whether one holds the others up.</summary>
    private bool ReadInit()
    {
        var specs = (_pod.Object("spec").Array("initContainers") ?? []).OfType<JsonObject>().ToList();
        var sidecars = specs
            .Where(c => c.Text("restartPolicy") == "Always")
            .Select(c => c.Text("name"))
            .ToHashSet(StringComparer.Ordinal);
        _total += sidecars.Count;
        var (statuses, ofSidecars) = (Statuses("initContainerStatuses"), 0L);
        for (var i = 0; i < statuses.Count; i++)
        {
            var status = statuses[i];
            Count(status);
            var isSidecar = sidecars.Contains(status.Text("name"));
            ofSidecars += isSidecar ? status["restartCount"].Number() ?? 0 : 0;
            var state = status.Object("state");
            if (state.Object("terminated") is { } ended && ended["exitCode"].Number() == 0)
            {
                continue;
            }

            if (isSidecar && status["started"].IsTrue())
            {
                _ready += status["ready"].IsTrue() ? 1 : 0;
                continue;
            }

            _status =
                state.Object("terminated") is { } failed ? $"Init:{Reason(failed)}"
                : state.Object("waiting").Text("reason") is { Length: > 0 } why && why != "PodInitializing"
                    ? $"Init:{why}"
                : $"Init:{i}/{specs.Count}";
            return true;
        }

        _restarts = ofSidecars;
        return false;
    }

    private void ReadContainers()
    {
        var isRunning = false;
        foreach (var status in Enumerable.Reverse(_containers))
        {
            Count(status);
            var state = status.Object("state");
            if (state.Object("waiting").Text("reason") is { Length: > 0 } why)
            {
                _status = why;
            }
            else if (state.Object("terminated") is { } ended)
            {
                _status = Reason(ended);
            }
            else if (status["ready"].IsTrue() && state.Object("running") is not null)
            {
                isRunning = true;
                _ready++;
            }
        }

        if (_status == "Completed" && isRunning)
        {
            _status = HasCondition("Ready", "True", null) ? "Running" : "NotReady";
        }
    }

    private void Count(JsonObject status)
    {
        _restarts += status["restartCount"].Number() ?? 0;
        var last = status.Object("lastState").Object("terminated")?["finishedAt"].Time();
        _lastRestart = last is not null && (_lastRestart is null || last > _lastRestart) ? last : _lastRestart;
    }

    private static string Reason(JsonObject terminated) =>
        terminated.Text("reason") is { Length: > 0 } reason ? reason
        : terminated["signal"].Number() is > 0 and var signal ? $"Signal:{signal}"
        : $"ExitCode:{terminated["exitCode"].Number()}";

    private List<JsonObject> Statuses(string list) =>
        [.. (_pod.Object("status").Array(list) ?? []).OfType<JsonObject>()];

    private bool HasCondition(string type, string status, string? reason) =>
        (_pod.Object("status").Array("conditions") ?? [])
            .OfType<JsonObject>()
            .Any(c =>
                c.Text("type") == type && c.Text("status") == status && (reason is null || c.Text("reason") == reason)
            );
}
