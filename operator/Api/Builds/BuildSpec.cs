using GemmaOperator.Api.Access;
using GemmaOperator.Api.Isolation;
using GemmaOperator.Api.Words;
using k8s.Models;

namespace GemmaOperator.Api.Builds;

/// <summary>Says how the Kaniko Job runs.</summary>
internal sealed record BuildSpec
{
    /// <summary>The maintained fork, by version tag; never a digest that this project hasn't resolved.</summary>
    public const string DefaultExecutorImage = "ghcr.io/osscontainertools/kaniko:v1.28.3";

    /// <summary>Kaniko executor; a digest is recommended. Null means the operator's default.</summary>
    public string? ExecutorImage { get; init; }

    /// <summary>ServiceAccount of the build pod; empty means the namespace's default, without a token.</summary>
    public string ServiceAccountName { get; init; } = "";

    /// <summary>
    /// Whether the code of packages is kept from credentials; null means that it is wherever it can be.
    /// </summary>
    public WireEnum<BuildIsolation>? Isolation { get; init; }

    /// <summary>Resources of the build container.</summary>
    public V1ResourceRequirements? Resources { get; init; }

    /// <summary>Deadline of one attempt.</summary>
    public WireDuration Timeout { get; init; } = "2h";

    /// <summary>Further attempts after a transient failure.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>
    /// Size limit of the volume for the layers that a build makes; the base is unpacked into the
    /// container's own filesystem.
    /// </summary>
    public string ScratchSizeLimit { get; init; } = "100Gi";

    /// <summary>Node labels the build pod needs.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Taints the build pod tolerates.</summary>
    public IReadOnlyList<V1Toleration> Tolerations { get; init; } = [];

    /// <summary>Priority class of the build pod.</summary>
    public string PriorityClassName { get; init; } = "";

    /// <summary>Kaniko's layer cache.</summary>
    public CacheSpec Cache { get; init; } = new();

    /// <summary>Additional Kaniko flags, from an allow list.</summary>
    public IReadOnlyList<string> ExtraArgs { get; init; } = [];

    /// <summary>
    /// Environment of the pods that build, verify and scan, proxies above all; RUN steps get it as build arguments.
    /// </summary>
    public IReadOnlyList<EnvironmentVariable> Env { get; init; } = [];

    /// <summary>Labels of these pods and of their Jobs, beside the operator's own.</summary>
    public IReadOnlyDictionary<string, string> PodLabels { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Annotations of these pods, beside the operator's own.</summary>
    public IReadOnlyDictionary<string, string> PodAnnotations { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Authorities that these pods, and the steps of a build, trust beside the public ones.</summary>
    public BundleReference? CaBundleRef { get; init; }

    /// <summary>Secrets that the images of these pods are pulled with, beside that of the output.</summary>
    public IReadOnlyList<LocalReference> ImagePullSecrets { get; init; } = [];
}
