using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// Says how far the image that the Deployment asks for, with the settings around it, has proved itself. An image counts
/// as serving only after it stayed available for the soak time and answered its smoke test; a later failure goes back
/// to the last such image.
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

    /// <summary>
    /// Gets when the answer may differ though nothing changes (UTC); null when only a change can do that.
    /// </summary>
    public abstract DateTime? NextLook { get; }

    /// <summary>Gets the stage that status shows; null where the Deployment's own progress says more.</summary>
    public abstract RolloutStage? Stage { get; }

    public abstract TResult Choose<TResult>(ICases<TResult> cases);

    /// <summary>
    /// Says that pods are being replaced; those that a node accepted late have until <paramref name="Until"/> (UTC).
    /// </summary>
    public sealed record Starting(DateTime? Until = null) : RolloutProof
    {
        public override DateTime? NextLook => Until;

        public override RolloutStage? Stage => null;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnStarting(this);
    }

    /// <summary>
    /// Says that all pods have been available since <paramref name="Since"/>, and must stay so until
    /// <paramref name="Until"/> (UTC).
    /// </summary>
    public sealed record Soaking(DateTime Since, DateTime Until, SmokeTest Test) : RolloutProof
    {
        /// <summary>
        /// Gets when to look again; without an answer to wait for, the end of the soak time changes nothing by itself.
        /// </summary>
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
    /// Says that the pods were available and haven't been since <paramref name="Since"/>; the image is given up at
    /// <paramref name="Until"/> (UTC).
    /// </summary>
    public sealed record Faltering(DateTime Since, DateTime Until) : RolloutProof
    {
        public override DateTime? NextLook => Until;

        public override RolloutStage? Stage => RolloutStage.Faltering;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnFaltering(this);
    }

    /// <summary>
    /// Says that the pods were available and haven't been since <paramref name="Since"/> (UTC), through no fault of the
    /// image: nothing is given up.
    /// </summary>
    public sealed record Waiting(DateTime Since, string Why) : RolloutProof
    {
        public override DateTime? NextLook => null;

        public override RolloutStage? Stage => RolloutStage.Waiting;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnWaiting(this);
    }

    /// <summary>Says that the image serves.</summary>
    public sealed record Proven : RolloutProof
    {
        public override DateTime? NextLook => null;

        public override RolloutStage? Stage => null;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnProven(this);
    }

    /// <summary>Says that the image or its settings don't work.</summary>
    public sealed record Failed(string Why, Blame Blame = Blame.ImageOrSettings, SmokeTest? Test = null) : RolloutProof
    {
        public override DateTime? NextLook => null;

        public override RolloutStage? Stage => null;

        public override TResult Choose<TResult>(ICases<TResult> cases) => cases.OnFailed(this);
    }
}
