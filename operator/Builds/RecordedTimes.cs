using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s.Models;

namespace GemmaOperator.Builds;

/// <summary>
/// Reads the times that a GemmaBuild recorded by a clock that may have been ahead: none of them is after now, so that
/// nothing waits for a day that nobody meant. What is wrong is replaced by the API server's own time of creation.
/// </summary>
internal static class RecordedTimes
{
    /// <summary>No pause that a status announces is longer.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(2);

    public static GemmaBuild Of(GemmaBuild build, DateTime now)
    {
        var isAhead =
            build.ScheduledFor > now
            || build.Status is { } recorded
                && (
                    recorded.StartTime > now
                    || recorded.CompletionTime > now
                    || AllSteps(recorded).Any(s => s.StartTime > now || s.RetryAt > now + LongestPause)
                );
        if (!isAhead)
        {
            return build;
        }

        var made = build.Metadata.CreationTimestamp is { } created && created < now ? created : now;
        return build with
        {
            Metadata = WithoutTick(build, now),
            Status = build.Status is not { } status
                ? null
                : status with
                {
                    StartTime = NotAfter(status.StartTime, now, made),
                    CompletionTime = NotAfter(status.CompletionTime, now, made),
                    Steps = NotAfter(status.Steps, now, made),
                    Platforms = status.Platforms is { } platforms
                        ? [.. platforms.Select(p => p with { Steps = NotAfter(p.Steps, now, made) })]
                        : null,
                },
        };
    }

    /// <summary>Returns all lines of steps, those of each platform included.</summary>
    public static IEnumerable<BuildStepStatus> AllSteps(GemmaBuildStatus status) =>
        status.Steps.Concat((status.Platforms ?? []).SelectMany(p => p.Steps));

    private static IReadOnlyList<BuildStepStatus> NotAfter(
        IReadOnlyList<BuildStepStatus> steps,
        DateTime now,
        DateTime made
    ) =>
        [
            .. steps.Select(step =>
                step with
                {
                    StartTime = NotAfter(step.StartTime, now, made),
                    RetryAt = NotAfter(step.RetryAt, now + LongestPause, now),
                }
            ),
        ];

    /// <summary>Returns a time, or what stands in its place when it is later than it can be.</summary>
    public static DateTime? NotAfter(DateTime? recorded, DateTime latest, DateTime instead) =>
        recorded > latest ? instead : recorded;

    /// <summary>A tick that is still to come hasn't been built for, whatever a clock said.</summary>
    private static V1ObjectMeta WithoutTick(GemmaBuild build, DateTime now) =>
        build.ScheduledFor > now
            ? build.Metadata with
            {
                Annotations = build
                    .Metadata.Annotations.Where(a => a.Key != ApiGroup.ScheduledForAnnotation)
                    .ToDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal),
            }
            : build.Metadata;
}
