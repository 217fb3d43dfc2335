using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Holds the columns of what belongs to the whole cluster, and of claims.</summary>
internal static class ClusterColumns
{
    public static IEnumerable<KeyValuePair<string, IReadOnlyList<Column>>> All { get; } =
    [
        new(
            "namespaces",
            [
                TableWriter.Name,
                Cells.Text("Status", "The status of the namespace", o => o.Object("status").Text("phase")),
                Cells.Age,
            ]
        ),
        new(
            "nodes",
            [
                TableWriter.Name,
                Cells.Text("Status", "The status of the node", NodeCells.Status),
                Cells.Text("Roles", "The roles of the node", NodeCells.Roles),
                Cells.Age,
                Cells.Text(
                    "Version",
                    "Kubelet Version reported by the node.",
                    o => NodeCells.Info(o, "kubeletVersion") ?? ""
                ),
                Cells.Text(
                    "Internal-IP",
                    "List of addresses reachable to the node. Queried from cloud provider, if available. More"
                        + " info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field"
                        + " is declared as mergeable, but the merge key is not sufficiently unique, which can cause"
                        + " data corruption when it is merged. Callers should instead use a full-replacement patch."
                        + " See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can "
                        + "change during the lifetime of a Node. However, there are some exceptions where this may "
                        + "not be possible, such as Pods that inherit a Node's address in its own status or "
                        + "consumers of the downward API (status.hostIP).",
                    o => NodeCells.Address(o, "InternalIP"),
                    priority: 1
                ),
                Cells.Text(
                    "External-IP",
                    "List of addresses reachable to the node. Queried from cloud provider, if available. More"
                        + " info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field"
                        + " is declared as mergeable, but the merge key is not sufficiently unique, which can cause"
                        + " data corruption when it is merged. Callers should instead use a full-replacement patch."
                        + " See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can "
                        + "change during the lifetime of a Node. However, there are some exceptions where this may "
                        + "not be possible, such as Pods that inherit a Node's address in its own status or "
                        + "consumers of the downward API (status.hostIP).",
                    o => NodeCells.Address(o, "ExternalIP"),
                    priority: 1
                ),
                Cells.Text(
                    "OS-Image",
                    "OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).",
                    o => NodeCells.Info(o, "osImage") ?? "<unknown>",
                    priority: 1
                ),
                Cells.Text(
                    "Kernel-Version",
                    "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).",
                    o => NodeCells.Info(o, "kernelVersion") ?? "<unknown>",
                    priority: 1
                ),
                Cells.Text(
                    "Container-Runtime",
                    "ContainerRuntime Version reported by the node through runtime remote API (e.g. "
                        + "containerd://1.4.2).",
                    o => NodeCells.Info(o, "containerRuntimeVersion") ?? "<unknown>",
                    priority: 1
                ),
            ]
        ),
        new(
            "persistentvolumeclaims",
            [
                TableWriter.Name,
                Cells.Text("Status", "phase represents the current phase of PersistentVolumeClaim.", VolumeCells.Phase),
                Cells.Text(
                    "Volume",
                    "volumeName is the binding reference to the PersistentVolume backing this claim.",
                    o => o.Object("spec").Text("volumeName") ?? ""
                ),
                Cells.Text(
                    "Capacity",
                    "capacity represents the actual resources of the underlying volume.",
                    VolumeCells.ClaimCapacity
                ),
                Cells.Text(
                    "Access Modes",
                    "accessModes contains the actual access modes the volume backing the PVC has. More info: "
                        + "https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes-1",
                    VolumeCells.ClaimModes
                ),
                Cells.Text(
                    "StorageClass",
                    "storageClassName is the name of the StorageClass required by the claim. More info: "
                        + "https://kubernetes.io/docs/concepts/storage/persistent-volumes#class-1",
                    VolumeCells.Class
                ),
                Cells.Text(
                    "VolumeAttributesClass",
                    "volumeAttributesClassName may be used to set the VolumeAttributesClass used by this "
                        + "claim. If specified, the CSI driver will create or update the volume with the attributes"
                        + " defined in the corresponding VolumeAttributesClass. This has a different purpose than "
                        + "storageClassName, it can be changed after the claim is created. An empty string or nil "
                        + "value indicates that no VolumeAttributesClass will be applied to the claim. If the claim"
                        + " enters an Infeasible error state, this field can be reset to its previous value "
                        + "(including nil) to cancel the modification. If the resource referred to by "
                        + "volumeAttributesClass does not exist, this PersistentVolumeClaim will be set to a "
                        + "Pending state, as reflected by the modifyVolumeStatus field, until such as a resource "
                        + "exists. More info: https://kubernetes.io/docs/concepts/storage/volume-attributes-"
                        + "classes/",
                    VolumeCells.AttributesClass
                ),
                Cells.Age,
                Cells.Text(
                    "VolumeMode",
                    "volumeMode defines what type of volume is required by the claim. Value of Filesystem is "
                        + "implied when not included in claim spec.",
                    VolumeCells.Mode,
                    priority: 1
                ),
            ]
        ),
        new(
            "persistentvolumes",
            [
                TableWriter.Name,
                Cells.Text(
                    "Capacity",
                    "capacity is the description of the persistent volume's resources and capacity. More "
                        + "info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#capacity",
                    VolumeCells.Capacity
                ),
                Cells.Text(
                    "Access Modes",
                    "accessModes contains all ways the volume can be mounted. More info: "
                        + "https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes",
                    VolumeCells.Modes
                ),
                Cells.Text(
                    "Reclaim Policy",
                    "persistentVolumeReclaimPolicy defines what happens to a persistent volume when released "
                        + "from its claim. Valid options are Retain (default for manually created "
                        + "PersistentVolumes), Delete (default for dynamically provisioned PersistentVolumes), and "
                        + "Recycle (deprecated). Recycle must be supported by the volume plugin underlying this "
                        + "PersistentVolume. More info: https://kubernetes.io/docs/concepts/storage/persistent-"
                        + "volumes#reclaiming",
                    o => o.Object("spec").Text("persistentVolumeReclaimPolicy")
                ),
                Cells.Text(
                    "Status",
                    "phase indicates if a volume is available, bound to a claim, or released by a claim. More"
                        + " info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#phase",
                    VolumeCells.Phase
                ),
                Cells.Text(
                    "Claim",
                    "claimRef is part of a bi-directional binding between PersistentVolume and "
                        + "PersistentVolumeClaim. Expected to be non-nil when bound. claim.VolumeName is the "
                        + "authoritative bind between PV and PVC. More info: "
                        + "https://kubernetes.io/docs/concepts/storage/persistent-volumes#binding",
                    VolumeCells.Claim
                ),
                Cells.Text(
                    "StorageClass",
                    "storageClassName is the name of StorageClass to which this persistent volume belongs. "
                        + "Empty value means that this volume does not belong to any StorageClass.",
                    VolumeCells.Class
                ),
                Cells.Text(
                    "VolumeAttributesClass",
                    "Name of VolumeAttributesClass to which this persistent volume belongs. Empty value is "
                        + "not allowed. When this field is not set, it indicates that this volume does not belong "
                        + "to any VolumeAttributesClass. This field is mutable and can be changed by the CSI driver"
                        + " after a volume has been updated successfully to a new class. For an unbound "
                        + "PersistentVolume, the volumeAttributesClassName will be matched with unbound "
                        + "PersistentVolumeClaims during the binding process.",
                    VolumeCells.AttributesClass
                ),
                Cells.Text(
                    "Reason",
                    "reason is a brief CamelCase string that describes any failure and is meant for machine "
                        + "parsing and tidy display in the CLI.",
                    o => o.Object("status").Text("reason") ?? ""
                ),
                Cells.Age,
                Cells.Text(
                    "VolumeMode",
                    "volumeMode defines if a volume is intended to be used with a formatted filesystem or to "
                        + "remain in raw block state. Value of Filesystem is implied when not included in spec.",
                    VolumeCells.Mode,
                    priority: 1
                ),
            ]
        ),
        new(
            "storageclasses.storage.k8s.io",
            [
                Cells.Named(VolumeCells.ClassName),
                Cells.Text(
                    "Provisioner",
                    "provisioner indicates the type of the provisioner.",
                    o => o.Text("provisioner")
                ),
                Cells.Text(
                    "ReclaimPolicy",
                    "reclaimPolicy controls the reclaimPolicy for dynamically provisioned PersistentVolumes "
                        + "of this storage class. Defaults to Delete.",
                    o => o.Text("reclaimPolicy")
                ),
                Cells.Text(
                    "VolumeBindingMode",
                    "volumeBindingMode indicates how PersistentVolumeClaims should be provisioned and bound."
                        + "  When unset, VolumeBindingImmediate is used. This field is only honored by servers that"
                        + " enable the VolumeScheduling feature.",
                    o => o.Text("volumeBindingMode")
                ),
                Cells.Flag(
                    "AllowVolumeExpansion",
                    "allowVolumeExpansion shows whether the storage class allow volume expand.",
                    o => o["allowVolumeExpansion"].IsTrue()
                ),
                Cells.Age,
            ]
        ),
        new(
            "priorityclasses.scheduling.k8s.io",
            [
                TableWriter.Name,
                Cells.Number(
                    "integer",
                    "Value",
                    "value represents the integer value of this priority class. This is the actual priority "
                        + "that pods receive when they have the name of this class in their pod spec.",
                    o => o["value"].Number() ?? 0
                ),
                Cells.Flag(
                    "Global-Default",
                    "globalDefault specifies whether this PriorityClass should be considered as the default "
                        + "priority for pods that do not have any priority class. Only one PriorityClass can be "
                        + "marked as `globalDefault`. However, if more than one PriorityClasses exists with their "
                        + "`globalDefault` field set to true, the smallest value of such global default "
                        + "PriorityClasses will be used as the default priority.",
                    o => o["globalDefault"].IsTrue()
                ),
                Cells.Age,
                Cells.Text(
                    "PreemptionPolicy",
                    "preemptionPolicy is the Policy for preempting pods with lower priority. One of Never, "
                        + "PreemptLowerPriority. Defaults to PreemptLowerPriority if unset.",
                    o => o.Text("preemptionPolicy")
                ),
            ]
        ),
        new(
            "runtimeclasses.node.k8s.io",
            [
                TableWriter.Name,
                Cells.Text(
                    "Handler",
                    "handler specifies the underlying runtime and configuration that the CRI implementation "
                        + "will use to handle pods of this class. The possible values are specific to the node & "
                        + "CRI configuration.  It is assumed that all handlers are available on every node, and "
                        + "handlers of the same name are equivalent on every node. For example, a handler called "
                        + "\"runc\" might specify that the runc OCI runtime (using native Linux containers) will be"
                        + " used to run the containers in a pod. The Handler must be lowercase, conform to the DNS "
                        + "Label (RFC 1123) requirements, and is immutable.",
                    o => o.Text("handler")
                ),
                Cells.Age,
            ]
        ),
    ];
}
