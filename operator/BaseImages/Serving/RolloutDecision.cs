using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Says what to do about the workload.</summary>
internal abstract record RolloutDecision
{
    private RolloutDecision() { }

    /// <summary>Gets what a good image waits for; null when none does.</summary>
    public abstract RolloutGate? ClosedGate { get; }

    /// <summary>
    /// Gets when something else may be decided though nothing changes (UTC); null when only a change can.
    /// </summary>
    public abstract DateTime? NextLook { get; }

    /// <summary>Leaves a workload of an earlier mode as it is: the spec asks for publishing only.</summary>
    public sealed record Unmanaged : RolloutDecision
    {
        public override RolloutGate? ClosedGate => null;

        public override DateTime? NextLook => null;
    }

    /// <summary>Keeps what serves as it is: there is nothing to serve yet, or the spec can't be read.</summary>
    /// <param name="Message">For people.</param>
    /// <param name="Gate">What a good image waits for; null when none does.</param>
    /// <param name="IsRefused">Whether the spec asks for what doesn't exist, so that the user must act.</param>
    /// <param name="Hindrance">What the pods need and can't have; null when that isn't why.</param>
    /// <param name="Until">When to look again (UTC), if not before.</param>
    public sealed record Hold(
        string Message,
        RolloutGate? Gate = null,
        bool IsRefused = false,
        Hindrance? Hindrance = null,
        DateTime? Until = null
    ) : RolloutDecision
    {
        public override RolloutGate? ClosedGate => Gate;

        public override DateTime? NextLook => Gate?.Until ?? Until;
    }

    /// <summary>
    /// Serves <paramref name="Target"/> with <paramref name="Template"/>. <paramref name="Standing"/> says how the live
    /// objects stand to what is wanted. <paramref name="Proof"/> says how far the target has proved itself; it is null while the Deployment
    /// asks for another. <paramref name="Gate"/> is what a newer image waits for; it is null when none waits.
    /// <paramref name="Pull"/> brings a newer image onto the nodes first. With <paramref name="GivesWay"/>, pods that
    /// don't answer are deleted before their successors start, whatever the strategy; so they are with
    /// <paramref name="InPlace"/>, which says why. <paramref name="Omission"/> says onto which nodes it wasn't pulled.
    /// </summary>
    public sealed record Serve(
        ImageStatus Target,
        ServingTemplate Template,
        RolloutSettings Settings,
        WorkloadStanding Standing,
        bool IsRollback,
        RolloutProof? Proof = null,
        RolloutGate? Gate = null,
        PrePull? Pull = null,
        bool GivesWay = false,
        string? InPlace = null,
        string? Omission = null
    ) : RolloutDecision
    {
        /// <summary>Gets the first field that is to be written; null when nothing is.</summary>
        public string? Drift => Standing.Drift;

        /// <summary>
        /// Gets the spec's settings when they were given up and the template has the settings before them; otherwise
        /// null.
        /// </summary>
        public RejectedSettings? Rejected { get; } = Settings.RejectedFor(Target);

        /// <summary>Gets whether the template's settings haven't proved themselves, while others have.</summary>
        public bool HasNewSettings { get; } = Settings.AreNew(Template);

        /// <summary>Gets whether the spec asks for settings that haven't proved themselves.</summary>
        public bool HasSettingsToProve => HasNewSettings && !Settings.DifferByUpgrade;

        /// <summary>Gets whether something newer was given up.</summary>
        public bool GoesBack => IsRollback || Rejected is not null;

        public override RolloutGate? ClosedGate => Gate;

        public override DateTime? NextLook =>
            new[] { Proof?.NextLook, Gate?.Until, Pull?.Until, Standing.NextLook }.Min();
    }
}
