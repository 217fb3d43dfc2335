using System.Diagnostics;
using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;

namespace GemmaOperator.Builds;

/// <summary>
/// Writes the spans of a build and of its rollout, from the times that statuses have. A build's trace has an id that
/// follows from its uid, so that what different processes write of it is found together; it is written when the build
/// has ended, at once, since a span's parent has to be of the same process.
/// </summary>
internal static class BuildTrace
{
    /// <summary>Names the source of these spans, which tracing listens to.</summary>
    public const string SourceName = "GemmaOperator.Builds";

    private static readonly ActivitySource Source = new(SourceName);

    private static readonly AsyncLocal<ActivityTraceId?> Chosen = new();

    static BuildTrace() => Activity.TraceIdGenerator = () => Chosen.Value ?? ActivityTraceId.CreateRandom();

    /// <summary>Returns the id of a build's trace: its uid, which is as long; null where that is none.</summary>
    public static ActivityTraceId? IdOf(string? uid) =>
        Guid.TryParse(uid, out var id) && id != Guid.Empty
            ? ActivityTraceId.CreateFromString(id.ToString("N", CultureInfo.InvariantCulture))
            : null;

    /// <summary>Writes the spans of a build that has ended: itself, its wait for a slot, and each step.</summary>
    /// <param name="build">The build.</param>
    /// <param name="status">As it was written.</param>
    public static void Ended(GemmaBuild build, GemmaBuildStatus status)
    {
        if (
            Source.HasListeners()
            && status.CompletionTime is { } end
            && (build.Metadata.CreationTimestamp ?? status.StartTime) is { } created
        )
        {
            Write(
                build.Metadata.Uid,
                $"build {build.Spec?.ImageRef.Name}",
                created,
                end,
                whole => Describe(whole, build with { Status = status }, created, end)
            );
        }
    }

    /// <summary>
    /// Writes the spans of a rollout that has ended, into the trace of the build whose image it was: from the build's
    /// end on, with what is known of its phases.
    /// </summary>
    /// <param name="image">The object, with its status before.</param>
    /// <param name="after">The new status.</param>
    /// <param name="builds">Its builds.</param>
    /// <param name="now">Now (UTC).</param>
    public static void RolledOut(
        GemmaBaseImage image,
        GemmaBaseImageStatus after,
        IReadOnlyList<GemmaBuild> builds,
        DateTime now
    )
    {
        if (!Source.HasListeners())
        {
            return;
        }

        var before = image.Status ?? new GemmaBaseImageStatus();
        var hasProved = after.ServingImage is { } serves && serves.Digest != before.ServingImage?.Digest;
        var digest = hasProved
            ? after.ServingImage!.Digest
            : (after.RejectedDigests ?? [])
                .Except(before.RejectedDigests ?? [], StringComparer.Ordinal)
                .FirstOrDefault();
        var build = builds.FirstOrDefault(b => digest is not null && b.Status?.Application?.Digest == digest);
        if (build?.Status?.CompletionTime is not { } from)
        {
            return;
        }

        Write(
            build.Metadata.Uid,
            $"rollout {image.Metadata.Name}",
            from,
            now,
            whole =>
            {
                whole
                    .SetTag("k8s.namespace.name", image.Metadata.NamespaceProperty)
                    .SetTag("gemma.image.name", image.Metadata.Name)
                    .SetTag("gemma.build.name", build.BuildName)
                    .SetTag("gemma.rollout.digest", digest)
                    .SetStatus(
                        hasProved ? ActivityStatusCode.Ok : ActivityStatusCode.Error,
                        hasProved ? null : after.Rollout?.LastFailure
                    );
                if (before.Held is { Since: { } held } hold && hold.Build == build.BuildName && held >= from)
                {
                    Child(whole, $"held {hold.Reason}", held, now)?.Stop();
                }

                if (
                    before.Rollout is { SoakStartTime: { } soaked } rollout
                    && rollout.Digest == digest
                    && soaked >= from
                )
                {
                    Child(whole, "soak", soaked, now)?.Stop();
                }
            }
        );
    }

    private static void Describe(Activity whole, GemmaBuild build, DateTime created, DateTime end)
    {
        var (status, succeeded) = (build.Status!, build.Succeeded);
        var isGood = succeeded?.Status == "True";
        whole
            .SetTag("k8s.namespace.name", build.Metadata.NamespaceProperty)
            .SetTag("gemma.image.name", build.Spec?.ImageRef.Name)
            .SetTag("gemma.build.name", build.BuildName)
            .SetTag("gemma.build.reasons", string.Join(',', build.Spec?.Reasons.Select(r => r.Text) ?? []))
            .SetTag("gemma.build.result", succeeded?.Reason)
            .SetTag("gemma.build.digest", status.Promoted?.Digest)
            .SetStatus(isGood ? ActivityStatusCode.Ok : ActivityStatusCode.Error, isGood ? null : succeeded?.Reason);
        if (status.StartTime is { } started && started > created)
        {
            Child(whole, "queue", created, started)?.Stop();
        }

        foreach (var step in status.Steps)
        {
            if (step.StartTime is not { } from)
            {
                continue;
            }

            var to = step.DurationSeconds is { } seconds ? from.AddSeconds(seconds) : end;
            using var span = Child(whole, step.Name.ToLowerInvariant(), from, to);
            span?.SetTag("gemma.step.result", step.Result).SetTag("gemma.step.attempts", step.Attempts);
            if (step.Result == "Failed")
            {
                span?.SetStatus(ActivityStatusCode.Error, status.Failure?.Reason);
            }
        }
    }

    /// <summary>Writes a span without a parent, whatever runs now, in the trace of a build.</summary>
    private static void Write(string? uid, string name, DateTime from, DateTime to, Action<Activity> describe)
    {
        var current = Activity.Current;
        Activity.Current = null;
        Chosen.Value = IdOf(uid);
        try
        {
            using var whole = Source.StartActivity(ActivityKind.Internal, startTime: Utc(from), name: name);
            if (whole is not null)
            {
                describe(whole);
                End(whole, from, to);
            }
        }
        finally
        {
            Chosen.Value = null;
            Activity.Current = current;
        }
    }

    private static Activity? Child(Activity whole, string name, DateTime from, DateTime to)
    {
        var span = Source.StartActivity(ActivityKind.Internal, whole.Context, startTime: Utc(from), name: name);
        if (span is not null)
        {
            End(span, from, to);
        }

        return span;
    }

    private static DateTimeOffset Utc(DateTime time) => new(time, TimeSpan.Zero);

    /// <summary>Clocks differ between nodes: nothing ends before it began.</summary>
    private static void End(Activity span, DateTime from, DateTime to) => span.SetEndTime(to > from ? to : from);
}
