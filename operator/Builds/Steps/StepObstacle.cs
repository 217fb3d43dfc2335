using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Builds.Steps;

/// <summary>Describes what can be in the way of any step, and what that leads to.</summary>
internal abstract record StepObstacle
{
    private StepObstacle() { }

    /// <summary>Says when to look again.</summary>
    /// <param name="s">What was decided from.</param>
    /// <param name="after">The status that is written.</param>
    public abstract LookAgain Next(BuildSnapshot s, GemmaBuildStatus after);

    /// <summary>
    /// Sorts a registry's refusal by whether it may pass. Where a field names the repository, its message has the
    /// remedy.
    /// </summary>
    public static StepObstacle Of(RegistryException e) =>
        e.IsTransient
            ? new Unavailable(e.Message, e.RetryAfter)
            : new Impossible(
                ClassifiedFailure.Of(
                    e.Error switch
                    {
                        RegistryError.Unauthorized or RegistryError.Denied => FailureReason.AuthenticationFailed,
                        RegistryError.EgressRefused => FailureReason.EgressRefused,
                        _ => FailureReason.PushFailed,
                    },
                    e.Message,
                    remedy: e.Field is { } field ? $"The repository that was asked is the one of {field}." : null
                )
            );

    /// <summary>Returns itself while it may still be waited for, and what it comes to afterwards.</summary>
    public virtual StepObstacle Within(BuildSnapshot s) => this;

    public abstract GemmaBuildStatus Fold(BuildSnapshot s, BuildStep step);

    public abstract EventText? Tell(BuildSnapshot s);

    /// <summary>Says that the step can't work as it is: the build fails.</summary>
    public sealed record Impossible(ClassifiedFailure Failure) : StepObstacle
    {
        public override LookAgain Next(BuildSnapshot s, GemmaBuildStatus after) => new LookAgain.OnChange();

        public override GemmaBuildStatus Fold(BuildSnapshot s, BuildStep step) =>
            StatusFold.Begin(s).Failing(s, Failure);

        public override EventText Tell(BuildSnapshot s) => Failure.Tell("Build");
    }

    /// <summary>
    /// Says that an object that the step needs can't be created, because another object has the name.
    /// </summary>
    public sealed record Blocked(NameTaken By) : StepObstacle
    {
        public override LookAgain Next(BuildSnapshot s, GemmaBuildStatus after) =>
            new LookAgain.After(By.LookAgainAfter);

        /// <summary>
        /// Reports the wait, without a start time: waiting for a name is free, since a build's time and costs begin
        /// with its Job.
        /// </summary>
        public override GemmaBuildStatus Fold(BuildSnapshot s, BuildStep step) =>
            StatusFold.Begin(s).Progressing(s, By.Reason, By.Message, BuildHold.NameTaken) with
            {
                StartTime = s.Status.StartTime,
            };

        /// <summary>
        /// Renders an event when a person must act and hasn't been told yet; the condition keeps what was told.
        /// </summary>
        public override EventText? Tell(BuildSnapshot s) =>
            (By.GoesByItself && !By.IsForged) || s.Status.Conditions.Any(c => c.Message == s.Said(By.Message))
                ? null
                : new EventText(true, By.Reason, "Build", By.Message);
    }

    /// <summary>Says that the API server doesn't take an object that the step writes; it is tried again.</summary>
    public sealed record Refused(ObjectRefusal Refusal) : StepObstacle
    {
        public override LookAgain Next(BuildSnapshot s, GemmaBuildStatus after) =>
            new LookAgain.After(RefusalPause.Of(after.Conditions, s.Build.Metadata.Uid, s.Now));

        /// <summary>Reports it, without a start time: what isn't let begin costs nothing.</summary>
        public override GemmaBuildStatus Fold(BuildSnapshot s, BuildStep step) =>
            StatusFold
                .Begin(s)
                .Stalling(s, ImageReason.Stalled.ObjectRefused, Refusal.Message, BuildHold.ObjectRefused) with
            {
                StartTime = s.Status.StartTime,
            };

        /// <summary>Renders an event when it is news; the condition keeps what was told.</summary>
        public override EventText? Tell(BuildSnapshot s) =>
            s.Status.Conditions.Any(c => c.Type == ConditionType.Stalled && c.Message == s.Said(Refusal.Message))
                ? null
                : new EventText(true, ImageReason.Stalled.ObjectRefused, "Build", Refusal.Message);
    }

    /// <summary>Says that the step takes its time, and goes on meanwhile.</summary>
    /// <param name="Reason">What it is at, one of <see cref="ImageReason.Reconciling"/>.</param>
    /// <param name="Message">How far it is.</param>
    /// <param name="Beginning">What is told, once, when it begins.</param>
    /// <param name="Pause">When to look again.</param>
    /// <param name="Step">The line of <c>status.steps</c> that it belongs to, which keeps since when.</param>
    public sealed record Underway(string Reason, string Message, string Beginning, TimeSpan Pause, string Step)
        : StepObstacle
    {
        /// <summary>Bounds it: a registry that is never done keeps the object from a build for newer inputs.</summary>
        public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

        public override StepObstacle Within(BuildSnapshot s) =>
            s.Status.Steps.FirstOrDefault(step => step.Name == Step)?.StartTime is { } since && s.Now - since > Longest
                ? new Impossible(ClassifiedFailure.Of(FailureReason.RegistryUnavailable, Message))
                : this;

        public override LookAgain Next(BuildSnapshot s, GemmaBuildStatus after) => new LookAgain.After(Pause);

        public override GemmaBuildStatus Fold(BuildSnapshot s, BuildStep step) =>
            StatusFold.Begin(s).Progressing(s, Reason, Message, step.HeldBy) with
            {
                Steps = s.Status.Steps.Start(Step, s.Now),
            };

        /// <summary>Renders an event once: the condition keeps whether it was told.</summary>
        public override EventText? Tell(BuildSnapshot s) =>
            s.Status.Conditions.Any(c => c.Reason == Reason) ? null : new EventText(false, Reason, "Build", Beginning);
    }

    /// <summary>
    /// Says that a registry couldn't answer. It is waited for, without a slot, at a pause that grows; what doesn't come
    /// back within <see cref="Patience"/> fails the build in a way that is tried again.
    /// </summary>
    /// <param name="Message">What was asked, and what came of it.</param>
    /// <param name="Pause">How long the registry asks to be left alone; null when it doesn't say.</param>
    public sealed record Unavailable(string Message, TimeSpan? Pause = null) : StepObstacle
    {
        /// <summary>Bounds the wait: a build that waits keeps its object from one for newer inputs.</summary>
        public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

        private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

        private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

        public override StepObstacle Within(BuildSnapshot s) =>
            Lasted(s) < Patience
                ? this
                : new Impossible(ClassifiedFailure.Of(FailureReason.RegistryUnavailable, Message));

        /// <summary>Waits half as long as it has lasted, so that a short outage costs little time.</summary>
        public override LookAgain Next(BuildSnapshot s, GemmaBuildStatus after)
        {
            var uid = s.Build.Metadata.Uid ?? "";
            var grown = Math.Clamp(Lasted(s).TotalSeconds / 2, Shortest.TotalSeconds, Longest.TotalSeconds);
            var spread = TimeSpan.FromSeconds(grown * (1 + (SlowRetry.Fraction(uid, 0) / 4)));
            var asked = Pause < Longest ? Pause.Value : Longest;
            return new LookAgain.After(Pause is not null && asked > spread ? asked : spread);
        }

        public override GemmaBuildStatus Fold(BuildSnapshot s, BuildStep step) =>
            StatusFold
                .Begin(s)
                .Progressing(s, ImageReason.Reconciling.AwaitingRegistry, Message, BuildHold.AwaitingRegistry) with
            {
                AwaitingRegistrySince = Conditions.WholeSeconds(Since(s)),
            };

        public override EventText? Tell(BuildSnapshot s) => null;

        /// <summary>A time from the future is taken as now: a clock was wrong.</summary>
        private static DateTime Since(BuildSnapshot s) =>
            s.Status.AwaitingRegistrySince is { } since && since <= s.Now ? since : s.Now;

        private static TimeSpan Lasted(BuildSnapshot s) => s.Now - Since(s);
    }
}
