using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.Builds.Inputs;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>Says what to do about a GemmaBaseImage's freshness.</summary>
internal abstract record ImageDecision
{
    private ImageDecision() { }

    /// <summary>
    /// Answers each case. Whoever carries decisions out implements this, so that a forgotten case doesn't compile.
    /// </summary>
    public interface ICases<out TResult>
    {
        TResult OnRefuse(Refuse decision);

        TResult OnResolveBase(ResolveBase decision);

        TResult OnAskPackages(AskPackages decision);

        TResult OnWithhold(Withhold decision);

        TResult OnStartBuild(StartBuild decision);

        TResult OnSupersede(Supersede decision);

        TResult OnWait(Wait decision);

        TResult OnSettled(Settled decision);
    }

    /// <summary>Gets whether a build follows by itself, so that a failed one before it isn't the last word.</summary>
    public abstract bool LeadsToBuild { get; }

    /// <summary>
    /// Gets when something else may be decided though nothing changes (UTC); null when only a change can.
    /// </summary>
    public abstract DateTime? NextLook { get; }

    public abstract TResult Choose<TResult>(ICases<TResult> cases);

    /// <summary>
    /// Refuses to build, since the user must act: <see cref="BuildRequest.Refused"/> says why, also to the status.
    /// </summary>
    public sealed record Refuse : ImageDecision
    {
        public override bool LeadsToBuild => false;

        public override DateTime? NextLook => null;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnRefuse(this);
    }

    /// <summary>
    /// Asks the registry what the base reference stands for now; <paramref name="ForBuild"/> is true when a build waits
    /// for it. An answer that the registry gave after <paramref name="After"/> (UTC) is good enough: other objects ask
    /// for the same reference.
    /// </summary>
    public sealed record ResolveBase(DeclaredBase Base, bool ForBuild, DateTime After) : ImageDecision
    {
        public override bool LeadsToBuild => ForBuild;

        public override DateTime? NextLook => null;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnResolveBase(this);
    }

    /// <summary>Asks the published image which packages a build would bring, or notes what it said.</summary>
    /// <param name="Step">What is done about the question.</param>
    /// <param name="Otherwise">When something else is due meanwhile (UTC); null for nothing.</param>
    public sealed record AskPackages(ProbeStep Step, DateTime? Otherwise = null) : ImageDecision
    {
        public override bool LeadsToBuild => false;

        public override DateTime? NextLook => new[] { Step.NextLook, Otherwise }.Min();

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnAskPackages(this);
    }

    /// <summary>
    /// Withholds a build that is due, since something that it needs isn't there or can't be used; looks again at
    /// <paramref name="Until"/> (UTC), if not before.
    /// </summary>
    public sealed record Withhold(Hindrance Hindrance, DateTime Until) : ImageDecision
    {
        public override bool LeadsToBuild => true;

        public override DateTime? NextLook => Until;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnWithhold(this);
    }

    /// <summary>
    /// Starts a build that is due, for <c>Build.Spec.Reasons</c>, unless a build named <paramref name="Unless"/> turns
    /// out to exist: the status mentions it, but the cache doesn't have it.
    /// </summary>
    public sealed record StartBuild(GemmaBuild Build, string? Unless = null) : ImageDecision
    {
        public override bool LeadsToBuild => true;

        public override DateTime? NextLook => null;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnStartBuild(this);
    }

    /// <summary>Preempts a running build that a newer spec has made useless; another one follows.</summary>
    public sealed record Supersede(GemmaBuild Build) : ImageDecision
    {
        public override bool LeadsToBuild => true;

        public override DateTime? NextLook => null;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnSupersede(this);
    }

    /// <summary>
    /// Waits while a build runs, or while one is planned but not due yet; looks again at <paramref name="Until"/>
    /// (UTC), if not before. <paramref name="Reason"/> is one of <see cref="ImageReason.Reconciling"/>.
    /// </summary>
    public sealed record Wait(string Message, DateTime? Until, string Reason = ImageReason.Reconciling.Queued)
        : ImageDecision
    {
        public override bool LeadsToBuild => true;

        public override DateTime? NextLook => Until;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnWait(this);
    }

    /// <summary>Does nothing: nothing is due before <paramref name="Until"/> (UTC).</summary>
    public sealed record Settled(DateTime? Until) : ImageDecision
    {
        public override bool LeadsToBuild => false;

        public override DateTime? NextLook => Until;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnSettled(this);
    }
}
