using GemmaOperator.Cluster.Faults;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Knows where the fields of the objects come from that are made for a GemmaBaseImage.</summary>
internal static class ObjectFields
{
    private const string Server = "spec.rollout.server";

    private const string Storage = Server + ".model.hub.storage";

    /// <summary>Gets those of a GemmaBuild.</summary>
    public static readonly SpecFields Build = new(
        ("spec.template.build", "spec.build*"),
        ("spec.template.output", "spec.output*"),
        ("spec.template.platforms", "spec.platforms*"),
        ("spec.template.platform", "spec.platforms"),
        ("spec.template.user", "spec.user*"),
        ("spec.template.pullSecretRef", "spec.base.pullSecretRef*"),
        ("spec.template.verification.gpu", $"{Server}.gpu"),
        ("spec.template.verification", "spec.verification*"),
        ("spec.template.application.serverImage", $"{Server}.image"),
        ("spec.template.application.repository", $"{Server}.repository"),
        ("spec.template.application.port", $"{Server}.port"),
        ("spec.resolved.dockerfile", "spec.dockerfile"),
        ("spec.resolved.requirements", "spec.requirements"),
        ("metadata.name", "metadata.name")
    );

    /// <summary>Gets those of the Deployment, the Service and the disruption budget.</summary>
    public static readonly SpecFields Workload = new(
        ("spec.replicas", $"{Server}.replicas"),
        ("spec.progressDeadlineSeconds", "spec.rollout.progressDeadline"),
        ("spec.strategy", "spec.rollout.strategy"),
        ("spec.ports", $"{Server}.port"),
        ("spec.template.spec.containers[0].resources", $"{Server}.resources*"),
        ("spec.template.spec.containers[0].env", $"{Server}.env"),
        ("spec.template.spec.containers[0].ports", $"{Server}.port"),
        ("spec.template.spec.containers[0].envFrom", $"{Server}.envFrom*"),
        ("spec.template.spec.containers[0].volumeMounts[0]", $"{Server}.model.path"),
        // The weights' and the operator's own come first, so that indexes differ.
        ("spec.template.spec.containers[0].volumeMounts", $"{Server}.volumeMounts"),
        ("spec.template.metadata.labels", $"{Server}.podLabels"),
        ("spec.template.metadata.annotations", $"{Server}.podAnnotations"),
        ("spec.template.labels", $"{Server}.podLabels"),
        ("spec.template.annotations", $"{Server}.podAnnotations"),
        ("spec.template.spec.affinity", $"{Server}.affinity*"),
        ("spec.template.spec.topologySpreadConstraints", $"{Server}.topologySpreadConstraints*"),
        ("spec.template.spec.serviceAccountName", $"{Server}.serviceAccountName"),
        ("spec.template.spec.imagePullSecrets", $"{Server}.imagePullSecrets"),
        ("spec.template.spec.containers[0]", Server),
        ("spec.template.spec.containers", $"{Server}.sidecars"),
        ("spec.template.spec.initContainers", $"{Server}.initContainers"),
        ("spec.template.spec.nodeSelector", $"{Server}.nodeSelector*"),
        ("spec.template.spec.tolerations", $"{Server}.tolerations*"),
        ("spec.template.spec.runtimeClassName", $"{Server}.runtimeClassName"),
        ("spec.template.spec.priorityClassName", $"{Server}.priorityClassName"),
        ("spec.template.spec.terminationGracePeriodSeconds", $"{Server}.terminationGracePeriodSeconds"),
        ("spec.template.spec.volumes[0]", $"{Server}.model"),
        ("spec.template.spec.volumes", $"{Server}.volumes"),
        ("spec.template.spec.securityContext", "spec.user"),
        ("metadata.name", "metadata.name")
    );

    /// <summary>Gets those of the weights' claim.</summary>
    public static readonly SpecFields Claim = new(
        ("spec.resources", $"{Storage}.size"),
        ("spec.storageClassName", $"{Storage}.storageClassName"),
        ("spec.accessModes", $"{Storage}.accessModes*")
    );

    /// <summary>Gets those of the objects in front of the Service.</summary>
    public static readonly SpecFields Routing = new(
        ("spec.parentRefs", "spec.rollout.route.parentRefs"),
        ("spec.hostnames", "spec.rollout.route.hostnames"),
        ("spec.rules[0].matches", "spec.rollout.route.path"),
        ("spec.rules[0].timeouts", "spec.rollout.route.timeout"),
        ("spec.endpointPickerRef", "spec.rollout.inferencePool.endpointPickerRef"),
        ("spec.targetPorts", $"{Server}.port"),
        ("metadata.name", "metadata.name")
    );

    /// <summary>Gets those of the Jobs beside the served pods, which go where these go.</summary>
    public static readonly SpecFields Jobs = new(
        ("spec.template.spec.nodeSelector", $"{Server}.nodeSelector*"),
        ("spec.template.spec.tolerations", $"{Server}.tolerations*"),
        ("spec.template.spec.affinity", $"{Server}.affinity*"),
        ("spec.template.spec.imagePullSecrets", $"{Server}.imagePullSecrets"),
        ("spec.template.spec.volumes", $"{Server}.model.hub"),
        ("spec.template.spec.securityContext", "spec.user")
    );
}
