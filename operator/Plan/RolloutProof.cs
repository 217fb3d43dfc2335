using GemmaOperator.Api;
using GemmaOperator.Rollout;

namespace GemmaOperator.Plan;

/// <summary>
/// How far an image that the Deployment asks for has proved itself. Only one that stayed available for the soak time counts
/// as serving, and is what a later failure goes back to.
/// </summary>
internal abstract record RolloutProof
{
    private RolloutProof()
    {
    }

    /// <summary>Pods are being replaced.</summary>
    public sealed record Starting : RolloutProof;

    /// <summary>All pods have been available since <paramref name="Since"/> and must stay so until <paramref name="Until"/> (UTC).</summary>
    public sealed record Soaking(DateTime Since, DateTime Until) : RolloutProof;

    /// <summary>They were available, and aren't since <paramref name="Since"/>; given up at <paramref name="Until"/> (UTC).</summary>
    public sealed record Faltering(DateTime Since, DateTime Until) : RolloutProof;

    /// <summary>It serves.</summary>
    public sealed record Proven : RolloutProof;

    /// <summary>It doesn't work.</summary>
    public sealed record Failed(string Why) : RolloutProof;

    /// <summary>One crash may be chance (a GPU that was still held); the third isn't.</summary>
    private const int Crashes = 3;

    /// <summary>When it says something else though nothing changes (UTC).</summary>
    public DateTime? NextLook => this switch
    {
        Soaking soaking => soaking.Until,
        Faltering faltering => faltering.Until,
        _ => null,
    };

    /// <summary>What is to be said of <paramref name="target"/>, which the Deployment asks for.</summary>
    public static RolloutProof Of(ImageSnapshot s, ImageStatus target)
    {
        var progress = s.Workload.Progress;
        if (s.Status.ServingImage?.Digest == target.Digest)
        {
            return progress switch
            {
                RolloutProgress.Complete => new Proven(),
                RolloutProgress.Failed => new Failed(NoProgress(s)),
                _ => new Starting(),
            };
        }

        if (CrashLoop(s, target) is { } crash)
        {
            return new Failed(crash);
        }

        var before = s.Status.Rollout is { } rollout && rollout.Digest == target.Digest ? rollout : null;
        return progress switch
        {
            RolloutProgress.Failed => new Failed(NoProgress(s)),
            RolloutProgress.Complete => Soak(s, before?.SoakStartTime ?? Conditions.WholeSeconds(s.Now)),
            _ when before?.SoakStartTime is not null || before?.UnhealthySince is not null =>
                Falter(s, before.UnhealthySince ?? Conditions.WholeSeconds(s.Now)),
            _ => new Starting(),
        };
    }

    /// <summary>The first image has no other to go back to, and a person's pin isn't questioned: nothing is gained by waiting.</summary>
    private static RolloutProof Soak(ImageSnapshot s, DateTime since)
    {
        var until = since + SoakTime(s);
        return s.Status.ServingImage is null || s.Spec.Rollout.PinnedBuild.Length > 0 || s.Now >= until
            ? new Proven()
            : new Soaking(since, until);
    }

    private static RolloutProof Falter(ImageSnapshot s, DateTime since)
    {
        // A drained node or a scaled-up service starts pods anew: a good one may take its whole startup time.
        var startup = GoDuration.Parse(s.Spec.Rollout.Server.StartupTimeout);
        var patience = SoakTime(s) > startup ? SoakTime(s) : startup;
        return s.Now >= since + patience
            ? new Failed($"its pods were available, then weren't for {patience.TotalMinutes:0.#} minutes")
            : new Faltering(since, since + patience);
    }

    private static TimeSpan SoakTime(ImageSnapshot s) => GoDuration.Parse(s.Spec.Rollout.Rollback.SoakTime);

    private static string NoProgress(ImageSnapshot s) => $"it made no progress within {s.Spec.Rollout.ProgressDeadline}";

    private static string? CrashLoop(ImageSnapshot s, ImageStatus target) => s.Workload.Pods
        .Where(pod => pod.Metadata.DeletionTimestamp is null)
        .SelectMany(pod => pod.Status?.ContainerStatuses ?? [], (pod, container) => (Pod: pod, Container: container))
        .Where(c => c.Container.Name == ServingDeployment.ContainerName && !c.Container.Ready && c.Container.RestartCount >= Crashes)
        .Where(c => c.Pod.Spec?.Containers.Any(own => own.Name == c.Container.Name && own.Image == target.Reference) == true)
        .Select(c => $"pod {c.Pod.Metadata.Name} crashed {c.Container.RestartCount} times{(LastWords.Of(c.Container) is { } words ? $", last with {words}" : string.Empty)}")
        .FirstOrDefault();
}
