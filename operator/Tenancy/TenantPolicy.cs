using GemmaOperator.Api.Builds;

namespace GemmaOperator.Tenancy;

/// <summary>
/// Says what specs may name, by the operator's command line; a list that is null restricts nothing, an empty one allows
/// nothing. What the operator itself was started with for specs that name nothing is always allowed.
/// </summary>
internal sealed record TenantPolicy
{
    /// <summary>Restricts nothing.</summary>
    public static readonly TenantPolicy None = new();

    /// <summary>Gets where executor images may come from: they run as root, beside push credentials.</summary>
    public IReadOnlyList<ImagePrefix>? ExecutorImages { get; init; }

    /// <summary>Gets where scanner images may come from: what they say decides about publication.</summary>
    public IReadOnlyList<ImagePrefix>? ScannerImages { get; init; }

    /// <summary>Gets where server layers, and containers beside them, may come from: they serve.</summary>
    public IReadOnlyList<ImagePrefix>? ServerImages { get; init; }

    /// <summary>Gets whether these images must be named by digest.</summary>
    public bool RequiresDigests { get; init; }

    /// <summary>Gets the accounts that pods may run as, beside their namespace's default one.</summary>
    public IReadOnlyList<string>? ServiceAccounts { get; init; }

    public IReadOnlyList<string>? RuntimeClasses { get; init; }

    public IReadOnlyList<string>? PriorityClasses { get; init; }

    /// <summary>Gets the node labels that pods may ask for.</summary>
    public IReadOnlyList<KeyRule>? NodeSelectors { get; init; }

    /// <summary>Gets the taints that pods may tolerate.</summary>
    public IReadOnlyList<KeyRule>? Tolerations { get; init; }

    /// <summary>Gets the labels that pods may have: policies and webhooks know pods by them.</summary>
    public IReadOnlyList<KeyRule>? PodLabels { get; init; }

    /// <summary>Gets the annotations that pods may have.</summary>
    public IReadOnlyList<KeyRule>? PodAnnotations { get; init; }

    /// <summary>Gets the drivers that may make volumes for served pods: they run as root on nodes.</summary>
    public IReadOnlyList<string>? CsiDrivers { get; init; }

    /// <summary>Gets the executor of specs that name none.</summary>
    public string DefaultExecutorImage { get; init; } = BuildSpec.DefaultExecutorImage;

    /// <summary>Gets the server of specs that name none; empty when there is none.</summary>
    public string DefaultServerImage { get; init; } = "";
}
