using GemmaOperator.Api.Routing;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>Says what serves on the image, and how it is replaced.</summary>
internal sealed record RolloutSpec
{
    /// <summary>Managed runs the Deployment; PublishOnly stops after publishing.</summary>
    public WireEnum<RolloutMode> Mode { get; init; } = RolloutMode.Managed;

    /// <summary>Manual waits for the annotation gemmaoperator.io/approve.</summary>
    public WireEnum<RolloutApproval> Approval { get; init; } = RolloutApproval.Automatic;

    /// <summary>When rollouts may start.</summary>
    public WindowSpec? Window { get; init; }

    /// <summary>Build to serve; a rollback by hand that wins over automation.</summary>
    public string PinnedBuild { get; init; } = "";

    /// <summary>The inference server.</summary>
    public ServerSpec Server { get; init; } = new();

    /// <summary>Route of a gateway to what serves; null makes none.</summary>
    public RouteSpec? Route { get; init; }

    /// <summary>Pool of what serves, for gateways that pick a pod by its load; null makes none.</summary>
    public InferencePoolSpec? InferencePool { get; init; }

    /// <summary>How pods are replaced.</summary>
    public WireEnum<RolloutStrategy> Strategy { get; init; } = RolloutStrategy.InPlace;

    /// <summary>Pulling the image onto nodes before pods are replaced.</summary>
    public PrePullSpec PrePull { get; init; } = new();

    /// <summary>One request to a pod of a new image.</summary>
    public SmokeTestSpec SmokeTest { get; init; } = new();

    /// <summary>Time after which a rollout that doesn't progress has failed; at least server.startupTimeout.</summary>
    public WireDuration ProgressDeadline { get; init; } = "60m";

    /// <summary>What happens after a failed rollout.</summary>
    public RollbackSpec Rollback { get; init; } = new();
}
