using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps;

/// <summary>Keeps the steps of a build, as lines of <c>status.steps</c>.</summary>
internal static class StepLog
{
    public const string Build = "Build";
    public const string Verify = "Verify";
    public const string Scan = "Scan";
    public const string Join = "Join";
    public const string Assemble = "Assemble";
    public const string Promote = "Promote";

    /// <summary>Is the result of a step that hasn't ended.</summary>
    public const string Running = "Running";

    /// <summary>Notes that a step runs; one that runs already keeps its start.</summary>
    public static IReadOnlyList<BuildStepStatus> Start(
        this IReadOnlyList<BuildStepStatus> steps,
        string name,
        DateTime now
    ) =>
        steps.Any(s => s.Name == name)
            ? steps
            :
            [
                .. steps,
                new BuildStepStatus
                {
                    Name = name,
                    StartTime = Conditions.WholeSeconds(now),
                    Result = Running,
                },
            ];

    /// <summary>Notes how a step ended; one that has ended stays as it is.</summary>
    public static IReadOnlyList<BuildStepStatus> End(
        this IReadOnlyList<BuildStepStatus> steps,
        string name,
        string result,
        DateTime now
    ) =>
        [
            .. steps
                .Start(name, now)
                .Select(s =>
                    s.Name == name && s.Result == Running
                        ? s with
                        {
                            Result = result,
                            DurationSeconds = Math.Max(0, (long)(now - s.StartTime!.Value).TotalSeconds),
                        }
                        : s
                ),
        ];

    /// <summary>Notes how a step ended, as <see cref="End"/> does, if there is nothing more to wait for.</summary>
    public static IReadOnlyList<BuildStepStatus> EndIf(
        this IReadOnlyList<BuildStepStatus> steps,
        bool over,
        string name,
        string result,
        DateTime now
    ) => over ? steps.End(name, result, now) : steps;

    /// <summary>Notes how every step that still runs ended.</summary>
    public static IReadOnlyList<BuildStepStatus> EndRunning(
        this IReadOnlyList<BuildStepStatus> steps,
        string result,
        DateTime now
    ) => steps.Where(s => s.Result == Running).Aggregate(steps, (all, step) => all.End(step.Name, result, now));
}
