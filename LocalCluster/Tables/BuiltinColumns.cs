using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Holds the columns of the built-in kinds that people look at; others show name and age.</summary>
internal static class BuiltinColumns
{
    private const string AgeDescription =
        "CreationTimestamp is a timestamp representing the server time when this object was created. It is "
        + "not guaranteed to be set in happens-before order across separate operations. "
        + "Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\n"
        + "Populated by the system. Read-only. Null for lists. "
        + "More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

    private static readonly Column AgeColumn = new(
        TableWriter.Define("Age", "string", "", AgeDescription, 0),
        (o, now) => TableWriter.Age(o.Metadata().Text("creationTimestamp"), now)
    );

    private static readonly Dictionary<string, IReadOnlyList<Column>> ByKey = new(StringComparer.Ordinal)
    {
        ["deployments.apps"] =
        [
            TableWriter.Name,
            Text(
                "Ready",
                "Number of the pod with ready state",
                o => $"{Status(o, "readyReplicas")}/{o.Object("spec")?["replicas"].Number() ?? 0}"
            ),
            Number(
                "Up-to-date",
                "Total number of non-terminating pods targeted by this deployment that have the desired template spec.",
                o => Status(o, "updatedReplicas")
            ),
            Number(
                "Available",
                "Total number of available non-terminating pods (ready for at least minReadySeconds) "
                    + "targeted by this deployment.",
                o => Status(o, "availableReplicas")
            ),
            AgeColumn,
            Text("Containers", "Names of each container in the template.", o => Containers(o, "name"), 1),
            Text("Images", "Images referenced by each container in the template.", o => Containers(o, "image"), 1),
            Text(
                "Selector",
                "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the "
                    + "ones affected by this deployment. It must match the pod template's labels.",
                Selector,
                1
            ),
        ],
        ["jobs.batch"] =
        [
            TableWriter.Name,
            Text("Status", "Status of the job.", JobStatus),
            Text(
                "Completions",
                "Completed pods of those wanted.",
                o => $"{Status(o, "succeeded")}/{o.Object("spec")?["completions"].Number() ?? 1}"
            ),
            AgeColumn,
        ],
        ["events"] =
        [
            new(
                TableWriter.Define("Last Seen", "string", "", "Time the event was last observed", 0),
                (o, now) =>
                    TableWriter.Age(
                        o.Text("lastTimestamp")
                            ?? o.Object("series").Text("lastObservedTime")
                            ?? o.Text("eventTime")
                            ?? o.Text("firstTimestamp"),
                        now
                    )
            ),
            Text(
                "Type",
                "Type of this event (Normal, Warning), new types could be added in the future",
                o => o.Text("type")
            ),
            Text(
                "Reason",
                "This should be a short, machine understandable string that gives the reason for the "
                    + "transition into the object's current status.",
                o => o.Text("reason")
            ),
            Text(
                "Object",
                "The object that this event is about.",
                o =>
                    $"{o.Object("involvedObject").Text("kind")?.ToLowerInvariant()}/"
                    + $"{o.Object("involvedObject").Text("name")}"
            ),
            Text("Message", "A human-readable description of the status of this operation.", o => o.Text("message")),
        ],
        ["pods"] =
        [
            TableWriter.Name,
            Text(
                "Ready",
                "The aggregate readiness state of this pod for accepting traffic.",
                o => $"{Ready(o)}/{o.Object("spec").Array("containers")?.Count ?? 0}"
            ),
            Text("Status", "The aggregate status of the containers in this pod.", PodStatus),
            Text(
                "Restarts",
                "The number of times the containers in this pod have been restarted and when the last "
                    + "container in this pod has restarted.",
                o => Restarts(o).ToString(CultureInfo.InvariantCulture)
            ),
            AgeColumn,
        ],
    };

    /// <summary>Returns a kind's columns; null for custom resources.</summary>
    public static IReadOnlyList<Column>? For(ResourceInfo resource) =>
        resource.IsCustom ? null : ByKey.GetValueOrDefault(resource.Key) ?? [TableWriter.Name, AgeColumn];

    private static Column Text(string name, string description, Func<JsonObject, string?> read, int priority = 0) =>
        new(TableWriter.Define(name, "string", "", description, priority), (o, _) => read(o));

    private static Column Number(string name, string description, Func<JsonObject, long> read) =>
        new(TableWriter.Define(name, "string", "", description, 0), (o, _) => read(o));

    private static long Status(JsonObject o, string field) => o.Object("status")?[field].Number() ?? 0;

    private static string Containers(JsonObject o, string field) =>
        string.Join(
            ',',
            (o.Object("spec").Object("template").Object("spec").Array("containers") ?? []).Select(c =>
                (c as JsonObject).Text(field)
            )
        );

    private static string Selector(JsonObject o) =>
        string.Join(
            ',',
            (o.Object("spec").Object("selector").Object("matchLabels") ?? []).Select(l => $"{l.Key}={l.Value.Text()}")
        );

    private static string JobStatus(JsonObject o) =>
        (o.Object("status").Array("conditions") ?? [])
            .OfType<JsonObject>()
            .LastOrDefault(c => c.Text("status") == "True")
            .Text("type")
        ?? "Running";

    private static IEnumerable<JsonObject> ContainerStatuses(JsonObject o) =>
        (o.Object("status").Array("containerStatuses") ?? []).OfType<JsonObject>();

    private static int Ready(JsonObject o) => ContainerStatuses(o).Count(c => c["ready"].IsTrue());

    private static long Restarts(JsonObject o) => ContainerStatuses(o).Sum(c => c["restartCount"].Number() ?? 0);

    private static string? PodStatus(JsonObject o) =>
        o.Metadata()["deletionTimestamp"] is not null
            ? "Terminating"
            : ContainerStatuses(o)
                .Select(c =>
                    c.Object("state").Object("waiting").Text("reason")
                    ?? c.Object("state").Object("terminated").Text("reason")
                )
                .FirstOrDefault(r => r is not null)
                ?? o.Object("status").Text("phase");
}
