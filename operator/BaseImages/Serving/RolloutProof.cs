using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Says how far an image, with the settings around it, that the Deployment asks for has proved itself. Only one that
/// stayed available for the soak time and answered its smoke test counts as serving, and is what a later failure goes
/// back to.
/// </summary>
internal abstract record RolloutProof
{
    private RolloutProof() { }

    /// <summary>Answers each case; a forgotten one doesn't compile.</summary>
    public interface ICases<out TResult>
    {
        TResult OnStarting(Starting proof);

        TResult OnSoaking(Soaking proof);

        TResult OnFaltering(Faltering proof);

        TResult OnWaiting(Waiting proof);

        TResult OnProven(Proven proof);

        TResult OnFailed(Failed proof);
    }

    /// <summary>Gets when it says something else though nothing changes (UTC); null when it doesn't.</summary>
    public abstract DateTime? NextLook { get; }

    /// <summary>Gets the stage that status shows; null where the Deployment's own progress says more.</summary>
    public abstract RolloutStage? Stage { get; }

    public abstract TResult Choose<TResult>(ICases<TResult> cases);

    /// <summary>
    /// Pods are being replaced; those that a node took late may take until <paramref name="Until"/> (UTC).
    /// </summary>
    public sealed record Starting(DateTime? Until = null) : RolloutProof
    {
        public override DateTime? NextLook => Until;

        public override RolloutStage? Stage => null;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnStarting(this);
    }

    /// <summary>
    /// All pods have been available since <paramref name="Since"/> and must stay so until
    /// <paramref name="Until"/> (UTC).
    /// </summary>
    public sealed record Soaking(DateTime Since, DateTime Until, SmokeTest Test) : RolloutProof
    {
        /// <summary>Without an answer to wait for, the end of the soak time changes nothing by itself.</summary>
        public override DateTime? NextLook =>
            Test switch
            {
                SmokeTest.Running { Until: { } report } => report < Until ? report : Until,
                SmokeTest.Passed => Until,
                _ => null,
            };

        public override RolloutStage? Stage => RolloutStage.Soaking;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnSoaking(this);
    }

    /// <summary>
    /// They were available, and aren't since <paramref name="Since"/>; given up at <paramref name="Until"/> (UTC).
    /// </summary>
    public sealed record Faltering(DateTime Since, DateTime Until) : RolloutProof
    {
        public override DateTime? NextLook => Until;

        public override RolloutStage? Stage => RolloutStage.Faltering;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnFaltering(this);
    }

    /// <summary>
    /// They were available, and aren't since <paramref name="Since"/> (UTC), through no fault of the image: nothing is
    /// given up.
    /// </summary>
    public sealed record Waiting(DateTime Since, string Why) : RolloutProof
    {
        public override DateTime? NextLook => null;

        public override RolloutStage? Stage => RolloutStage.Waiting;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnWaiting(this);
    }

    /// <summary>It serves.</summary>
    public sealed record Proven : RolloutProof
    {
        public override DateTime? NextLook => null;

        public override RolloutStage? Stage => null;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnProven(this);
    }

    /// <summary>It doesn't work.</summary>
    public sealed record Failed(string Why, Blame Blame = Blame.ImageOrSettings, SmokeTest? Test = null) : RolloutProof
    {
        public override DateTime? NextLook => null;

        public override RolloutStage? Stage => null;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnFailed(this);
    }
}
