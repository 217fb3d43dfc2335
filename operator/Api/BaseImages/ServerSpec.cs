using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Pods;
using GemmaOperator.Api.Words;
using k8s.Models;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Describes the inference server's Deployment.</summary>
internal sealed record ServerSpec
{
    /// <summary>What answers requests.</summary>
    public WireEnum<ServerEngine> Engine { get; init; } = ServerEngine.Builtin;

    /// <summary>How vLLM is started; null gives it nothing of the spec's own.</summary>
    public VllmSpec? Vllm { get; init; }

    /// <summary>The server of the engine Custom; null with others.</summary>
    public CustomServerSpec? Custom { get; init; }

    /// <summary>The server's layers image; empty means the operator's default.</summary>
    public string Image { get; init; } = "";

    /// <summary>Where the application image goes; empty means <c>&lt;output.repository&gt;-service</c>.</summary>
    public string Repository { get; init; } = "";

    /// <summary>Desired pods.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>HTTP port.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The model to serve.</summary>
    public ModelSpec Model { get; init; } = new();

    /// <summary>GPUs of each pod.</summary>
    public GpuSpec Gpu { get; init; } = new();

    /// <summary>Other resources of each pod.</summary>
    public V1ResourceRequirements? Resources { get; init; }

    /// <summary>Additional environment.</summary>
    public IReadOnlyList<ServerVariable> Env { get; init; } = [];

    /// <summary>Secrets and ConfigMaps all of whose keys become variables.</summary>
    public IReadOnlyList<VariablesFrom> EnvFrom { get; init; } = [];

    /// <summary>Additional volumes of each pod.</summary>
    public IReadOnlyList<ServedVolume> Volumes { get; init; } = [];

    /// <summary>Where the server sees these volumes.</summary>
    public IReadOnlyList<ServedMount> VolumeMounts { get; init; } = [];

    /// <summary>Containers that run, one after the other, before the server starts.</summary>
    public IReadOnlyList<ServedContainer> InitContainers { get; init; } = [];

    /// <summary>Containers that run beside the server.</summary>
    public IReadOnlyList<ServedContainer> Sidecars { get; init; } = [];

    /// <summary>Node labels each pod needs.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Taints each pod tolerates.</summary>
    public IReadOnlyList<V1Toleration> Tolerations { get; init; } = [];

    /// <summary>Nodes and pods that each pod wants to be on or beside, or not.</summary>
    public V1Affinity? Affinity { get; init; }

    /// <summary>How evenly the pods are spread.</summary>
    public IReadOnlyList<V1TopologySpreadConstraint> TopologySpreadConstraints { get; init; } = [];

    /// <summary>Labels of each pod, beside the operator's own.</summary>
    public IReadOnlyDictionary<string, string> PodLabels { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Annotations of each pod, beside the operator's own.</summary>
    public IReadOnlyDictionary<string, string> PodAnnotations { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>ServiceAccount of each pod, without a token; empty means the namespace's default.</summary>
    public string ServiceAccountName { get; init; } = "";

    /// <summary>Secrets that the pods' images are pulled with, beside that of the output.</summary>
    public IReadOnlyList<LocalReference> ImagePullSecrets { get; init; } = [];

    /// <summary>Runtime class, for example <c>nvidia</c>.</summary>
    public string RuntimeClassName { get; init; } = "";

    /// <summary>Priority class.</summary>
    public string PriorityClassName { get; init; } = "";

    /// <summary>Time a pod may take until its model is loaded.</summary>
    public WireDuration StartupTimeout { get; init; } = "30m";

    /// <summary>Time a pod may take to finish running requests.</summary>
    public int TerminationGracePeriodSeconds { get; init; } = 120;
}
