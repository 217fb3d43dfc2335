using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Judges how far an image, with the settings around it, has proved itself.</summary>
internal static class RolloutProofPolicy
{
    /// <summary>One crash may be chance (a GPU that was still held); the third isn't.</summary>
    private const int Crashes = 3;

    /// <summary>
    /// Judges <paramref name="target"/> and <paramref name="template"/>, which the Deployment asks for.
    /// </summary>
    public static RolloutProof Judge(
        ImageSnapshot s,
        RolloutSettings settings,
        ImageStatus target,
        ServingTemplate template
    )
    {
        var progress = s.Workload.Progress;
        if (s.Status.ServingImage?.Digest == target.Digest && !settings.AreNew(template))
        {
            // What has proved itself isn't judged again: a node, a drain or a scale asks for its pods anew.
            return progress == RolloutProgress.Complete ? new RolloutProof.Proven() : new RolloutProof.Starting();
        }

        if (CrashLoop(s, template) is { } crash)
        {
            return new RolloutProof.Failed(crash);
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
            _ => new RolloutProof.Starting(),
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
            return new RolloutProof.Waiting(
                before?.UnhealthySince ?? since,
                "no pods are wanted (replicas: 0), so that nothing can prove it"
            );
        }

        var test = SmokeTestPolicy.Judge(s, target, template, before);
        if (test is SmokeTest.Failed failed)
        {
            return new RolloutProof.Failed($"its smoke test failed: {failed.Why}", Test: test);
        }

        var isFree = s.Status.ServingImage is not { } good || (s.Pin is not null && good.Digest != target.Digest);
        var until = isFree ? since : since + SoakTime(s);
        return s.Now >= until && test is SmokeTest.Passed
            ? new RolloutProof.Proven()
            : new RolloutProof.Soaking(since, until, test);
    }

    /// <summary>
    /// A drained node or a scaled-up service starts pods anew: a good one may take its whole startup time, counted from
    /// when its server starts. Before that, nothing says anything about the image.
    /// </summary>
    private static RolloutProof Falter(ImageSnapshot s, ServingTemplate template, DateTime since)
    {
        var startup = s.Spec.Rollout.Server.StartupTimeout.Span;
        var patience = SoakTime(s) > startup ? SoakTime(s) : startup;
        var pods = new RevisionPods(s.Workload, template);
        var ends = pods.Started.Select(p => (p.Since > since ? p.Since : since) + patience).ToList();
        if (ends.Count == 0)
        {
            return new RolloutProof.Waiting(since, pods.Hold?.Why ?? "its pods are being made");
        }

        return s.Now >= ends.Min()
            ? new RolloutProof.Failed($"its pods were available, then weren't for {patience.TotalMinutes:0.#} minutes")
            : new RolloutProof.Faltering(since, ends.Min());
    }

    private static TimeSpan SoakTime(ImageSnapshot s) => s.Spec.Rollout.Rollback.SoakTime.Span;

    /// <summary>
    /// The deadline has passed. A Deployment goes on saying so until a pod is available; one that waited for its GPU,
    /// its volume or its image until now still gets its startup time. Where no server has started, it isn't the image's
    /// fault.
    /// </summary>
    private static RolloutProof NoProgress(ImageSnapshot s, RolloutSettings settings, ServingTemplate template)
    {
        var startup = s.Spec.Rollout.Server.StartupTimeout.Span;
        var pods = new RevisionPods(s.Workload, template);
        var ends = pods.Started.Select(p => p.Since > DateTime.MinValue ? p.Since + startup : p.Since).ToList();
        var what = $"it made no progress within {s.Spec.Rollout.ProgressDeadline}";
        if (ends.Count == 0)
        {
            return new RolloutProof.Failed(
                $"{what}: {pods.Hold?.Why ?? "none of its pods has started its server, and nothing says why"}",
                pods.Hold is { } hold && MayBeOf(settings, template, hold.By) ? Blame.Settings : Blame.Nobody
            );
        }

        return s.Now < ends.Min()
            ? new RolloutProof.Starting(ends.Min())
            : new RolloutProof.Failed(pods.Trouble is { } trouble ? $"{what}: {trouble.Why}" : what);
    }

    /// <summary>Tells whether other settings than those that served may be why pods don't start.</summary>
    private static bool MayBeOf(RolloutSettings settings, ServingTemplate template, PodHold hold) =>
        hold switch
        {
            PodHold.Unplaced or PodHold.Refused or PodHold.Volume => settings.PlacesAnew(template),
            PodHold.Container => settings.PlacesAnew(template) || settings.HasOtherContainers(template),
            PodHold.Fetching or PodHold.Weights => settings.AreNew(template),
            PodHold.Sidecar or PodHold.ImagePull => settings.HasOtherContainers(template),
            // A lost node, a proxy, a registry: they come and go by themselves.
            _ => false,
        };

    private static string? CrashLoop(ImageSnapshot s, ServingTemplate template) =>
        new RevisionPods(s.Workload, template)
            .Started.Select(p => p.Pod)
            .Where(pod => pod.Server is { RestartCount: >= Crashes })
            .Select(pod =>
                $"pod {pod.Metadata.Name} crashed {pod.Server!.RestartCount} "
                + $"times{(LastTermination.Of(pod.Server!) is { } words ? $", last with {words}" : "")}"
            )
            .FirstOrDefault();
}
