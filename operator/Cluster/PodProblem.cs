namespace GemmaOperator.Cluster;

/// <summary>Names what keeps a Job's pod from starting.</summary>
internal enum PodProblem
{
    /// <summary>No node takes it.</summary>
    Unschedulable,

    /// <summary>The kubelet can't pull an image.</summary>
    ImagePull,

    /// <summary>The kubelet can't mount a volume.</summary>
    Mount,

    /// <summary>The container runtime can't make a container.</summary>
    Container,

    /// <summary>The kubelet refuses the image's user: the pod demands one other than root.</summary>
    RootUser,

    /// <summary>The API server takes no pod of the Job: a quota, Pod Security, a webhook.</summary>
    Refused,

    /// <summary>A container that isn't ours ends again and again, and ours waits for it.</summary>
    Injected,
}
