namespace GemmaOperator.BaseImages.Workloads;

/// <summary>Names what keeps a served pod from answering that isn't its server.</summary>
internal enum PodHold
{
    /// <summary>Nothing says more than that it starts.</summary>
    Starting,

    /// <summary>No node takes it.</summary>
    Unplaced,

    /// <summary>A kubelet, or the API server, takes no such pod.</summary>
    Refused,

    /// <summary>It had to give way to others.</summary>
    Evicted,

    /// <summary>Its node doesn't answer.</summary>
    NodeLost,

    /// <summary>A volume of it isn't there, or isn't attached.</summary>
    Volume,

    /// <summary>An image of it can't be pulled.</summary>
    ImagePull,

    /// <summary>The node can't make its sandbox, or a container.</summary>
    Container,

    /// <summary>A container that isn't ours, or a readiness gate, isn't ready.</summary>
    Sidecar,

    /// <summary>Its weights are being fetched.</summary>
    Fetching,

    /// <summary>Its weights can't be fetched.</summary>
    Weights,
}
