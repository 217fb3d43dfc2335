using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Holds the columns of what runs: Deployments, ReplicaSets, Jobs, pods.</summary>
internal static class WorkloadColumns
{
    public static IEnumerable<KeyValuePair<string, IReadOnlyList<Column>>> All { get; } =
    [
        new(
            "deployments.apps",
            [
                TableWriter.Name,
                Cells.Text(
                    "Ready",
                    "Number of the pod with ready state",
                    o => $"{Cells.Status(o, "readyReplicas")}/{Cells.Spec(o, "replicas") ?? 0}"
                ),
                Cells.Number(
                    "string",
                    "Up-to-date",
                    "Total number of non-terminating pods targeted by this deployment that have the desired "
                        + "template spec.",
                    o => Cells.Status(o, "updatedReplicas")
                ),
                Cells.Number(
                    "string",
                    "Available",
                    "Total number of available non-terminating pods (ready for at least minReadySeconds) "
                        + "targeted by this deployment.",
                    o => Cells.Status(o, "availableReplicas")
                ),
                Cells.Age,
                Cells.Containers,
                Cells.Images,
                Cells.Text(
                    "Selector",
                    "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be "
                        + "the ones affected by this deployment. It must match the pod template's labels.",
                    Cells.Selector,
                    priority: 1
                ),
            ]
        ),
        new(
            "replicasets.apps",
            [
                TableWriter.Name,
                Cells.Number(
                    "integer",
                    "Desired",
                    "Replicas is the number of desired pods. This is a pointer to distinguish between "
                        + "explicit zero and unspecified. Defaults to 1. More info: "
                        + "https://kubernetes.io/docs/concepts/workloads/controllers/replicaset",
                    o => Cells.Spec(o, "replicas") ?? 0
                ),
                Cells.Number(
                    "integer",
                    "Current",
                    "Replicas is the most recently observed number of non-terminating pods. More info: "
                        + "https://kubernetes.io/docs/concepts/workloads/controllers/replicaset",
                    o => Cells.Status(o, "replicas")
                ),
                Cells.Number(
                    "integer",
                    "Ready",
                    "The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.",
                    o => Cells.Status(o, "readyReplicas")
                ),
                Cells.Age,
                Cells.Containers,
                Cells.Images,
                Cells.Text(
                    "Selector",
                    "Selector is a label query over pods that should match the replica count. Label keys and "
                        + "values that must match in order to be controlled by this replica set. It must match the "
                        + "pod template's labels. More info: https://kubernetes.io/docs/concepts/overview/working-"
                        + "with-objects/labels/#label-selectors",
                    Cells.Selector,
                    priority: 1
                ),
            ]
        ),
        new(
            "jobs.batch",
            [
                TableWriter.Name,
                Cells.Text("Status", "Status of the job.", JobCells.Status),
                Cells.Text(
                    "Completions",
                    "The number of pods which reached phase Succeeded. The value increases monotonically for "
                        + "a given spec. However, it may decrease in reaction to scale down of elastic indexed "
                        + "jobs.",
                    JobCells.Completions
                ),
                Cells.Timed("Duration", "Time required to complete the job.", JobCells.Duration),
                Cells.Age,
                Cells.Containers,
                Cells.Images,
                Cells.Text(
                    "Selector",
                    "A label query over pods that should match the pod count. Normally, the system sets this "
                        + "field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-"
                        + "objects/labels/#label-selectors",
                    Cells.Selector,
                    priority: 1
                ),
            ]
        ),
        new(
            "pods",
            [
                TableWriter.Name,
                Cells.Text(
                    "Ready",
                    "The aggregate readiness state of this pod for accepting traffic.",
                    o => PodSummary.Of(o).Ready
                ),
                Cells.Text(
                    "Status",
                    "The aggregate status of the containers in this pod.",
                    o => PodSummary.Of(o).Status
                ),
                Cells.Timed(
                    "Restarts",
                    "The number of times the containers in this pod have been restarted and when the last "
                        + "container in this pod has restarted.",
                    (o, now) => PodSummary.Of(o).RestartsAt(now)
                ),
                Cells.Age,
                Cells.Text(
                    "IP",
                    "podIP address allocated to the pod. Routable at least within the cluster. Empty if not "
                        + "yet allocated.",
                    o => Cells.OrNone(o.Object("status").Text("podIP")),
                    priority: 1
                ),
                Cells.Text(
                    "Node",
                    "NodeName indicates in which node this pod is scheduled. If empty, this pod is a "
                        + "candidate for scheduling by the scheduler defined in schedulerName. Once this field is "
                        + "set, the kubelet for this node becomes responsible for the lifecycle of this pod. This "
                        + "field should not be used to express a desire for the pod to be scheduled on a specific "
                        + "node. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename",
                    o => Cells.OrNone(o.Object("spec").Text("nodeName")),
                    priority: 1
                ),
                Cells.Text(
                    "Nominated Node",
                    "nominatedNodeName is set only when this pod preempts other pods on the node, but it "
                        + "cannot be scheduled right away as preemption victims receive their graceful termination "
                        + "periods. This field does not guarantee that the pod will be scheduled on this node. "
                        + "Scheduler may decide to place the pod elsewhere if other nodes become available sooner. "
                        + "Scheduler may also decide to give the resources on this node to a higher priority pod "
                        + "that is created after preemption. As a result, this field may be different than "
                        + "PodSpec.nodeName when the pod is scheduled.",
                    o => Cells.OrNone(o.Object("status").Text("nominatedNodeName")),
                    priority: 1
                ),
                Cells.Text(
                    "Readiness Gates",
                    "If specified, all readiness gates will be evaluated for pod readiness. A pod is ready "
                        + "when all its containers are ready AND all conditions specified in the readiness gates "
                        + "have status equal to \"True\" More info: https://git.k8s.io/enhancements/keps/sig-"
                        + "network/580-pod-readiness-gates",
                    PodSummary.Gates,
                    priority: 1
                ),
            ]
        ),
    ];
}
