using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Serving.Workloads;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>
/// How far an image, with the settings around it, that the Deployment asks for has proved itself. Only one that stayed
/// available for the soak time and answered its smoke test counts as serving, and is what a later failure goes back to.
/// </summary>
internal abstract record RolloutProof
{
    private RolloutProof() { }

    /// <summary>
    /// Pods are being replaced; those that a node took late may take until <paramref name="Until"/> (UTC).
    /// </summary>
    public sealed record Starting(DateTime? Until = null) : RolloutProof;

    /// <summary>
    /// All pods have been available since <paramref name="Since"/> and must stay so until
    /// <paramref name="Until"/> (UTC).
    /// </summary>
    public sealed record Soaking(DateTime Since, DateTime Until, SmokeTest Test) : RolloutProof;

    /// <summary>
    /// They were available, and aren't since <paramref name="Since"/>; given up at <paramref name="Until"/> (UTC).
    /// </summary>
    public sealed record Faltering(DateTime Since, DateTime Until) : RolloutProof;

    /// <summary>
    /// They were available, and aren't since <paramref name="Since"/> (UTC), through no fault of the
    /// image: nothing is given up.
    /// </summary>
    public sealed record Waiting(DateTime Since, string Why) : RolloutProof;

    /// <summary>It serves.</summary>
    public sealed record Proven : RolloutProof;

    /// <summary>It doesn't work.</summary>
    public sealed record Failed(string Why, Blame Blame = Blame.ImageOrSettings, SmokeTest? Test = null) : RolloutProof;

    /// <summary>One crash may be chance (a GPU that was still held); the third isn't.</summary>
    private const int Crashes = 3;

    /// <summary>When it says something else though nothing changes (UTC).</summary>
    public DateTime? NextLook =>
        this switch
        {
            Soaking { Test: SmokeTest.Running { Until: { } report } } soaking => report < soaking.Until
                ? report
                : soaking.Until,
            Soaking { Test: SmokeTest.Passed } soaking => soaking.Until,
            Faltering faltering => faltering.Until,
            Starting starting => starting.Until,
            _ => null,
        };

    /// <summary>
    /// What is to be said of <paramref name="target"/> and <paramref name="template"/>, which the Deployment asks for.
    /// </summary>
    public static RolloutProof Of(
        ImageSnapshot s,
        RolloutSettings settings,
        ImageStatus target,
        ServingTemplate template
    )
    {
        var progress = s.Workload.Progress;
        if (s.Status.ServingImage?.Digest == target.Digest && !settings.AreNew(template))
        {
            return progress switch
            {
                RolloutProgress.Complete => new Proven(),
                RolloutProgress.Failed => NoProgress(s, settings, template),
                _ => new Starting(),
            };
        }

        if (CrashLoop(s, template) is { } crash)
        {
            return new Failed(crash);
        }

        var before =
            s.Status.Rollout is { } rollout && rollout.Digest == target.Digest && rollout.Settings == template.Settings
                ? rollout
                : null;
        return progress switch
        {
            RolloutProgress.Failed => NoProgress(s, settings, template),
            RolloutProgress.Complete => Soak(s, target, template, before),
            // What the Deployment's controller hasn't looked at yet is no break.
            RolloutProgress.Unobserved when before?.SoakStartTime is not null => Soak(s, target, template, before),
            _ when before?.SoakStartTime is not null || before?.UnhealthySince is not null => Falter(
                s,
                template,
                before.UnhealthySince ?? Conditions.WholeSeconds(s.Now)
            ),
            _ => new Starting(),
        };
    }

    /// <summary>
    /// The first image has no other to go back to, and a person's pin isn't questioned: nothing is gained by waiting.
    /// </summary>
    private static RolloutProof Soak(
        ImageSnapshot s,
        ImageStatus target,
        ServingTemplate template,
        RolloutStatus? before
    )
    {
        var since = before?.SoakStartTime ?? Conditions.WholeSeconds(s.Now);
        if (s.Workload.Deployment!.Spec.Replicas == 0)
        {
            return new Waiting(
                before?.UnhealthySince ?? since,
                "no pods are wanted (replicas: 0), so that nothing can prove it"
            );
        }

        var test = SmokeTest.Of(s, target, template, before);
        if (test is SmokeTest.Failed failed)
        {
            return new Failed($"its smoke test failed: {failed.Why}", Test: test);
        }

        var until =
            s.Status.ServingImage is not { } good
            || (s.Spec.Rollout.PinnedBuild.Length > 0 && good.Digest != target.Digest)
                ? since
                : since + SoakTime(s);
        return s.Now >= until && test is SmokeTest.Passed ? new Proven() : new Soaking(since, until, test);
    }

    /// <summary>
    /// A drained node or a scaled-up service starts pods anew: a good one may take its whole startup time, counted from
    /// when a node took it. One that no node takes says nothing about the image.
    /// </summary>
    private static RolloutProof Falter(ImageSnapshot s, ServingTemplate template, DateTime since)
    {
        var startup = s.Spec.Rollout.Server.StartupTimeout.Span;
        var patience = SoakTime(s) > startup ? SoakTime(s) : startup;
        var pods = new RevisionPods(s.Workload, template);
        var ends = pods
            .Unready.Select(p => (p.PlacedAt is { } placed && placed > since ? placed : since) + patience)
            .ToList();
        return ends.Count == 0 ? new Waiting(since, Hindrance(s, pods) ?? "its pods are being made")
            : s.Now >= ends.Min()
                ? new Failed($"its pods were available, then weren't for {patience.TotalMinutes:0.#} minutes")
            : new Faltering(since, ends.Min());
    }

    private static TimeSpan SoakTime(ImageSnapshot s) => s.Spec.Rollout.Rollback.SoakTime.Span;

    /// <summary>
    /// The deadline has passed. A Deployment goes on saying so until a pod is available; one that waited for its GPU
    /// until now still gets its startup time.
    /// </summary>
    private static RolloutProof NoProgress(ImageSnapshot s, RolloutSettings settings, ServingTemplate template)
    {
        var startup = s.Spec.Rollout.Server.StartupTimeout.Span;
        var pods = new RevisionPods(s.Workload, template);
        var ends = pods.Unready.Select(p => p.PlacedAt is { } placed ? placed + startup : DateTime.MinValue).ToList();
        var what = $"it made no progress within {s.Spec.Rollout.ProgressDeadline}";
        return ends.Count == 0 && Hindrance(s, pods) is { } hindrance
                ? new Failed($"{what}: {hindrance}", settings.PlacesAnew(template) ? Blame.Settings : Blame.Nobody)
            : ends.Count > 0 && s.Now < ends.Min() ? new Starting(ends.Min())
            : new Failed(what);
    }

    /// <summary>What keeps pods from being made or placed, whatever their image; null when nothing does.</summary>
    private static string? Hindrance(ImageSnapshot s, RevisionPods pods) =>
        s.Workload.Refusal is { } refusal ? $"its pods are refused: {refusal}"
        : pods.Unplaced.FirstOrDefault() is { } pod
            ? $"pod {pod.Metadata.Name} isn't scheduled{(pod.PlacementProblem is { } why ? $": {why}" : "")}"
        : null;

    private static string? CrashLoop(ImageSnapshot s, ServingTemplate template) =>
        new RevisionPods(s.Workload, template)
            .Unready.Where(pod => pod.Server is { RestartCount: >= Crashes })
            .Select(pod =>
                $"pod {pod.Metadata.Name} crashed {pod.Server!.RestartCount} times{(LastTermination.Of(pod.Server!) is { } words ? $", last with {words}" : "")}"
            )
            .FirstOrDefault();
}
