using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Builds.Steps;

/// <summary>Describes what can be in the way of any step, and what that leads to.</summary>
internal abstract record StepObstacle
{
    private StepObstacle() { }

    public abstract LookAgain LookAgain { get; }

    /// <summary>
    /// Sorts a registry's refusal by whether it may pass. Where a field names the repository, its message has the
    /// remedy.
    /// </summary>
    public static StepObstacle Of(RegistryException e) =>
        e.IsTransient
            ? new Unavailable(e.Message)
            : new Impossible(
                ClassifiedFailure.Of(
                    e.Error is RegistryError.Unauthorized or RegistryError.Denied
                        ? FailureReason.AuthenticationFailed
                        : FailureReason.PushFailed,
                    e.Message,
                    remedy: e.Field is { } field ? $"The repository that was asked is the one of {field}." : null
                )
            );

    public abstract GemmaBuildStatus Fold(BuildSnapshot s, BuildStep step);

    public abstract EventText? Tell(BuildSnapshot s);

    /// <summary>Says that the step can't work as it is: the build fails.</summary>
    public sealed record Impossible(ClassifiedFailure Failure) : StepObstacle
    {
        public override LookAgain LookAgain => new LookAgain.OnChange();

        public override GemmaBuildStatus Fold(BuildSnapshot s, BuildStep step) =>
            StatusFold.Begin(s).Failing(s, Failure);

        public override EventText Tell(BuildSnapshot s) => Failure.Tell("Build");
    }

    /// <summary>
    /// Says that an object that the step needs can't be created, because another object has the name.
    /// </summary>
    public sealed record Blocked(NameTaken By) : StepObstacle
    {
        public override LookAgain LookAgain => new LookAgain.After(By.LookAgainAfter);

        /// <summary>
        /// Reports the wait, without a start time: waiting for a name is free, since a build's time and costs begin
        /// with its Job.
        /// </summary>
        public override GemmaBuildStatus Fold(BuildSnapshot s, BuildStep step) =>
            StatusFold.Begin(s).Progressing(s, ImageReason.Reconciling.NameTaken, By.Message, BuildHold.NameTaken) with
            {
                StartTime = s.Status.StartTime,
            };

        /// <summary>
        /// Renders an event when a person must act and hasn't been told yet; the condition keeps what was told.
        /// </summary>
        public override EventText? Tell(BuildSnapshot s) =>
            By.GoesByItself || s.Status.Conditions.Any(c => c.Message == By.Message)
                ? null
                : new EventText(true, ImageReason.Reconciling.NameTaken, "Build", By.Message);
    }

    /// <summary>Says that the step takes its time, and goes on meanwhile.</summary>
    /// <param name="Reason">What it is at, one of <see cref="ImageReason.Reconciling"/>.</param>
    /// <param name="Message">How far it is.</param>
    /// <param name="Beginning">What is told, once, when it begins.</param>
    /// <param name="Pause">When to look again.</param>
    public sealed record Underway(string Reason, string Message, string Beginning, TimeSpan Pause) : StepObstacle
    {
        public override LookAgain LookAgain => new LookAgain.After(Pause);

        public override GemmaBuildStatus Fold(BuildSnapshot s, BuildStep step) =>
            StatusFold.Begin(s).Progressing(s, Reason, Message, step.HeldBy);

        /// <summary>Renders an event once: the condition keeps whether it was told.</summary>
        public override EventText? Tell(BuildSnapshot s) =>
            s.Status.Conditions.Any(c => c.Reason == Reason) ? null : new EventText(false, Reason, "Build", Beginning);
    }

    /// <summary>Says that the other side couldn't answer; the step is tried again with backoff.</summary>
    public sealed record Unavailable(string Message) : StepObstacle
    {
        public override LookAgain LookAgain => new LookAgain.WithBackoff(Message);

        public override GemmaBuildStatus Fold(BuildSnapshot s, BuildStep step) =>
            StatusFold.Begin(s).Progressing(s, step.Stage, Message, step.HeldBy);

        public override EventText? Tell(BuildSnapshot s) => null;
    }
}
