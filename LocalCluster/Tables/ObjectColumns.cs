using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Holds the columns of what a namespace holds besides.</summary>
internal static class ObjectColumns
{
    public static IEnumerable<KeyValuePair<string, IReadOnlyList<Column>>> All { get; } =
    [
        new(
            "configmaps",
            [
                TableWriter.Name,
                Cells.Number(
                    "string",
                    "Data",
                    "Data contains the configuration data. Each key must consist of alphanumeric characters, "
                        + "'-', '_' or '.'. Values with non-UTF-8 byte sequences must use the BinaryData field. The"
                        + " keys stored in Data must not overlap with the keys in the BinaryData field, this is "
                        + "enforced during validation process.",
                    o => Cells.Count(o, "data") + Cells.Count(o, "binaryData")
                ),
                Cells.Age,
            ]
        ),
        new(
            "secrets",
            [
                TableWriter.Name,
                Cells.Text(
                    "Type",
                    "Used to facilitate programmatic handling of secret data. More info: "
                        + "https://kubernetes.io/docs/concepts/configuration/secret/#secret-types",
                    o => o.Text("type")
                ),
                Cells.Number(
                    "string",
                    "Data",
                    "Data contains the secret data. Each key must consist of alphanumeric characters, '-', "
                        + "'_' or '.'. The serialized form of the secret data is a base64 encoded string, "
                        + "representing the arbitrary (possibly non-string) data value here. Described in "
                        + "https://tools.ietf.org/html/rfc4648#section-4",
                    o => Cells.Count(o, "data")
                ),
                Cells.Age,
            ]
        ),
        new(
            "serviceaccounts",
            [
                TableWriter.Name,
                Cells.Number(
                    "string",
                    "Secrets",
                    "Secrets is a list of the secrets in the same namespace that pods running using this "
                        + "ServiceAccount are allowed to use. Pods are only limited to this list if this service "
                        + "account has a \"kubernetes.io/enforce-mountable-secrets\" annotation set to \"true\". "
                        + "The \"kubernetes.io/enforce-mountable-secrets\" annotation is deprecated since v1.32. "
                        + "Prefer separate namespaces to isolate access to mounted secrets. This field should not "
                        + "be used to find auto-generated service account token secrets for use outside of pods. "
                        + "Instead, tokens can be requested directly using the TokenRequest API, or service account"
                        + " token secrets can be manually created. More info: "
                        + "https://kubernetes.io/docs/concepts/configuration/secret",
                    o => Cells.Count(o, "secrets")
                ),
                Cells.Age,
            ]
        ),
        new(
            "services",
            [
                TableWriter.Name,
                Cells.Text(
                    "Type",
                    "type determines how the Service is exposed. Defaults to ClusterIP. Valid options are "
                        + "ExternalName, ClusterIP, NodePort, and LoadBalancer. \"ClusterIP\" allocates a cluster-"
                        + "internal IP address for load-balancing to endpoints. Endpoints are determined by the "
                        + "selector or if that is not specified, by manual construction of an Endpoints object or "
                        + "EndpointSlice objects. If clusterIP is \"None\", no virtual IP is allocated and the "
                        + "endpoints are published as a set of endpoints rather than a virtual IP. \"NodePort\" "
                        + "builds on ClusterIP and allocates a port on every node which routes to the same "
                        + "endpoints as the clusterIP. \"LoadBalancer\" builds on NodePort and creates an external "
                        + "load-balancer (if supported in the current cloud) which routes to the same endpoints as "
                        + "the clusterIP. \"ExternalName\" aliases this service to the specified externalName. "
                        + "Several other fields do not apply to ExternalName services. More info: "
                        + "https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-"
                        + "service-types",
                    o => o.Object("spec").Text("type")
                ),
                Cells.Text(
                    "Cluster-IP",
                    "clusterIP is the IP address of the service and is usually assigned randomly. If an "
                        + "address is specified manually, is in-range (as per system configuration), and is not in "
                        + "use, it will be allocated to the service; otherwise creation of the service will fail. "
                        + "This field may not be changed through updates unless the type field is also being "
                        + "changed to ExternalName (which requires this field to be blank) or the type field is "
                        + "being changed from ExternalName (in which case this field may optionally be specified, "
                        + "as describe above).  Valid values are \"None\", empty string (\"\"), or a valid IP "
                        + "address. Setting this to \"None\" makes a \"headless service\" (no virtual IP), which is"
                        + " useful when direct endpoint connections are preferred and proxying is not required.  "
                        + "Only applies to types ClusterIP, NodePort, and LoadBalancer. If this field is specified "
                        + "when creating a Service of type ExternalName, creation will fail. This field will be "
                        + "wiped when updating a Service to type ExternalName. More info: "
                        + "https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-"
                        + "service-proxies",
                    o => Cells.OrNone(o.Object("spec").Text("clusterIP"))
                ),
                Cells.Text(
                    "External-IP",
                    "externalIPs is a list of IP addresses for which nodes in the cluster will also accept "
                        + "traffic for this service.  These IPs are not managed by Kubernetes.  The user is "
                        + "responsible for ensuring that traffic arrives at a node with this IP.  A common example "
                        + "is external load-balancers that are not part of the Kubernetes system.",
                    ServiceCells.External
                ),
                Cells.Text(
                    "Port(s)",
                    "The list of ports that are exposed by this service. More info: "
                        + "https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-"
                        + "service-proxies",
                    ServiceCells.Ports
                ),
                Cells.Age,
                Cells.Text(
                    "Selector",
                    "Route service traffic to pods with label keys and values matching this selector. If "
                        + "empty or not present, the service is assumed to have an external process managing its "
                        + "endpoints, which Kubernetes will not modify. Only applies to types ClusterIP, NodePort, "
                        + "and LoadBalancer. Ignored if type is ExternalName. More info: "
                        + "https://kubernetes.io/docs/concepts/services-networking/service/",
                    o => Cells.Labels(o.Object("spec").Object("selector")),
                    priority: 1
                ),
            ]
        ),
        new(
            "leases.coordination.k8s.io",
            [
                TableWriter.Name,
                Cells.Text(
                    "Holder",
                    "holderIdentity contains the identity of the holder of a current lease. If Coordinated "
                        + "Leader Election is used, the holder identity must be equal to the elected "
                        + "LeaseCandidate.metadata.name field.",
                    o => o.Object("spec").Text("holderIdentity") ?? ""
                ),
                Cells.Age,
            ]
        ),
        new(
            "poddisruptionbudgets.policy",
            [
                TableWriter.Name,
                Cells.Text(
                    "Min Available",
                    "The minimum number of pods that must be available.",
                    o => Cells.Either(o.Object("spec")?["minAvailable"])
                ),
                Cells.Text(
                    "Max Unavailable",
                    "The maximum number of pods that may be unavailable.",
                    o => Cells.Either(o.Object("spec")?["maxUnavailable"])
                ),
                Cells.Number(
                    "integer",
                    "Allowed Disruptions",
                    "Calculated number of pods that may be disrupted at this time.",
                    o => Cells.Status(o, "disruptionsAllowed")
                ),
                Cells.Age,
            ]
        ),
        new(
            "events",
            [
                Cells.Timed(
                    "Last Seen",
                    "The time at which the most recent occurrence of this event was recorded.",
                    EventCells.LastSeen
                ),
                Cells.Text(
                    "Type",
                    "Type of this event (Normal, Warning), new types could be added in the future",
                    o => o.Text("type")
                ),
                Cells.Text(
                    "Reason",
                    "This should be a short, machine understandable string that gives the reason for the "
                        + "transition into the object's current status.",
                    o => o.Text("reason")
                ),
                Cells.Text("Object", "The object that this event is about.", EventCells.About),
                Cells.Text(
                    "Subobject",
                    "If referring to a piece of an object instead of an entire object, this string should "
                        + "contain a valid JSON/Go field access statement, such as "
                        + "desiredState.manifest.containers[2]. For example, if the object reference is to a "
                        + "container within a pod, this would take on a value like: \"spec.containers{name}\" "
                        + "(where \"name\" refers to the name of the container that triggered the event) or if no "
                        + "container name is specified \"spec.containers[2]\" (container with index 2 in this pod)."
                        + " This syntax is chosen only to have some well-defined way of referencing a part of an "
                        + "object.",
                    o => o.Object("involvedObject").Text("fieldPath") ?? "",
                    priority: 1
                ),
                Cells.Text(
                    "Source",
                    "The component reporting this event. Should be a short machine understandable string.",
                    EventCells.Source,
                    priority: 1
                ),
                Cells.Text(
                    "Message",
                    "A human-readable description of the status of this operation.",
                    o => o.Text("message")?.Trim()
                ),
                Cells.Timed(
                    "First Seen",
                    "The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)",
                    EventCells.FirstSeen,
                    priority: 1
                ),
                Cells.Number(
                    "string",
                    "Count",
                    "The number of times this event has occurred.",
                    EventCells.Count,
                    priority: 1
                ),
                Cells.WideName,
            ]
        ),
        new("roles.rbac.authorization.k8s.io", [TableWriter.Name, Cells.Created]),
        new("clusterroles.rbac.authorization.k8s.io", [TableWriter.Name, Cells.Created]),
        new("rolebindings.rbac.authorization.k8s.io", [TableWriter.Name, .. BindingCells.All]),
        new("clusterrolebindings.rbac.authorization.k8s.io", [TableWriter.Name, .. BindingCells.All]),
    ];
}
