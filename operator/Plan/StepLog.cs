using GemmaOperator.Api;

namespace GemmaOperator.Plan;

/// <summary>The steps of a build, as lines of <c>status.steps</c>.</summary>
internal static class StepLog
{
    public const string Build = "Build";
    public const string Verify = "Verify";
    public const string Scan = "Scan";
    public const string Assemble = "Assemble";
    public const string Promote = "Promote";

    /// <summary>Notes that a step runs; one that runs already keeps its start.</summary>
    public static IReadOnlyList<BuildStep> Start(this IReadOnlyList<BuildStep> steps, string name, DateTime now) =>
        steps.Any(s => s.Name == name)
            ? steps
            : [.. steps, new BuildStep { Name = name, StartTime = Conditions.WholeSeconds(now), Result = "Running" }];

    /// <summary>Notes how a step ended; one that has ended stays as it is.</summary>
    public static IReadOnlyList<BuildStep> End(this IReadOnlyList<BuildStep> steps, string name, string result, DateTime now) =>
        [.. steps.Start(name, now).Select(s => s.Name == name && s.Result == "Running"
            ? s with { Result = result, DurationSeconds = Math.Max(0, (long)(now - s.StartTime!.Value).TotalSeconds) }
            : s)];

    /// <summary>As <see cref="End"/>, if there is nothing more to wait for.</summary>
    public static IReadOnlyList<BuildStep> EndIf(this IReadOnlyList<BuildStep> steps, bool over, string name, string result, DateTime now) =>
        over ? steps.End(name, result, now) : steps;

    /// <summary>Notes how whatever runs ended.</summary>
    public static IReadOnlyList<BuildStep> EndRunning(this IReadOnlyList<BuildStep> steps, string result, DateTime now) =>
        steps.Where(s => s.Result == "Running").Aggregate(steps, (all, step) => all.End(step.Name, result, now));
}
