using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Defaults;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Api.Patching;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Says what a team wants: the base image, when it is rebuilt, where it goes and what serves on it.</summary>
internal sealed record GemmaBaseImageSpec
{
    /// <summary>No new builds or rollouts; running ones finish.</summary>
    public bool Suspend { get; init; }

    /// <summary>What becomes of what serves when the object is deleted.</summary>
    public WireEnum<DeletionPolicy> DeletionPolicy { get; init; } = Workloads.DeletionPolicy.Delete;

    /// <summary>Which defaults it takes over; null: all that there are.</summary>
    public DefaultsSpec? Defaults { get; init; }

    /// <summary>Five cron fields or a macro such as <c>@weekly</c>; absent means no scheduled rebuilds.</summary>
    public string? Schedule { get; init; }

    /// <summary>IANA zone that <see cref="Schedule"/> is read in.</summary>
    public string TimeZone { get; init; } = "Etc/UTC";

    /// <summary>
    /// A tick missed by more than this many seconds is skipped; missed ticks collapse into one build.
    /// </summary>
    public int StartingDeadlineSeconds { get; init; } = 3600;

    /// <summary>Largest deterministic delay of a tick, 0 to 3600 seconds.</summary>
    public int JitterSeconds { get; init; }

    /// <summary>The CUDA/PyTorch spec the image is built on.</summary>
    [Required]
    public BaseSpec Base { get; init; } = new();

    /// <summary>Debian packages, each <c>name</c> or <c>name=version</c>.</summary>
    public IReadOnlyList<string> SystemPackages { get; init; } = [];

    /// <summary>Which updates of the operating system it is given; null means all that can be had.</summary>
    public SystemUpdatesSpec? SystemUpdates { get; init; }

    /// <summary>Python requirements; inline or from a ConfigMap.</summary>
    public RequirementsSpec? Requirements { get; init; }

    /// <summary>The team's own Dockerfile.base instead of the rendered one.</summary>
    public DockerfileSpec? Dockerfile { get; init; }

    /// <summary>The non-root user of the image.</summary>
    public UserSpec User { get; init; } = new();

    /// <summary>Environment of the image.</summary>
    public IReadOnlyList<EnvironmentVariable> Env { get; init; } = [];

    /// <summary>Additional OCI labels of the image.</summary>
    public IReadOnlyDictionary<string, string> ImageLabels { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Exactly one entry in v1alpha1.</summary>
    public IReadOnlyList<WireEnum<Platform>> Platforms { get; init; } = [Platform.LinuxAmd64];

    /// <summary>What makes a build due.</summary>
    public TriggersSpec Triggers { get; init; } = new();

    /// <summary>How long what serves may be exposed to vulnerabilities; null for any time.</summary>
    public SlaSpec? Sla { get; init; }

    /// <summary>Whether packages that moved are put onto the published image; null builds everything.</summary>
    public PatchingSpec? Patching { get; init; }

    /// <summary>How the Kaniko Job runs.</summary>
    public BuildSpec Build { get; init; } = new();

    /// <summary>Where the image goes.</summary>
    [Required]
    public OutputSpec Output { get; init; } = new();

    /// <summary>What a candidate must prove before it is promoted.</summary>
    public VerificationSpec Verification { get; init; } = new();

    /// <summary>How much history is kept.</summary>
    public RetentionSpec Retention { get; init; } = new();

    /// <summary>What serves on the image, and how it is replaced.</summary>
    public RolloutSpec Rollout { get; init; } = new();

    /// <summary>Who is told of what happens; null means nobody.</summary>
    public IReadOnlyList<NotificationSpec>? Notifications { get; init; }

    /// <summary>Inputs of the cost and saving report.</summary>
    public CostSpec Cost { get; init; } = new();
}
