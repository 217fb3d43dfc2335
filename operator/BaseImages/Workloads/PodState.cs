using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Says how a served pod does. Only a server that has started says anything about its image: what comes before that is
/// the cluster's doing.
/// </summary>
/// <param name="Why">For people.</param>
internal abstract record PodState(string Why)
{
    /// <summary>Gets one of <see cref="ImageReason.Available"/>.</summary>
    public abstract string Reason { get; }

    /// <summary>Gets how much it tells: the state that tells most is the one that people are told.</summary>
    public abstract int Weight { get; }

    /// <summary>Says that it answers, and may be asked.</summary>
    public sealed record Answering() : PodState("")
    {
        public override string Reason => ImageReason.Available.MinimumReplicasAvailable;

        public override int Weight => 0;
    }

    /// <summary>Says that its server has run since <paramref name="Since"/> (UTC) and doesn't answer yet.</summary>
    public sealed record Loading(string Why, DateTime Since) : PodState(Why)
    {
        public override string Reason => ImageReason.Available.ModelLoading;

        public override int Weight => 2;
    }

    /// <summary>Says that its server, which first ran at <paramref name="Since"/> (UTC), ended.</summary>
    public sealed record Crashing(string Why, DateTime Since) : PodState(Why)
    {
        public override string Reason => ImageReason.Available.ContainerCrashLoop;

        public override int Weight => 4;
    }

    /// <summary>Says that something else keeps it from answering: another image wouldn't change that.</summary>
    public sealed record Held(PodHold By, string Why) : PodState(Why)
    {
        public override string Reason =>
            By switch
            {
                PodHold.Unplaced => ImageReason.Available.WaitingForGpu,
                PodHold.Refused => ImageReason.Available.PodsRefused,
                PodHold.Evicted => ImageReason.Available.PodsEvicted,
                PodHold.NodeLost => ImageReason.Available.NodeLost,
                PodHold.Volume => ImageReason.Available.VolumeUnavailable,
                PodHold.ImagePull => ImageReason.Available.ImagePullError,
                PodHold.Container => ImageReason.Available.ContainerNotCreated,
                PodHold.Sidecar => ImageReason.Available.SidecarNotReady,
                PodHold.Weights => ImageReason.Available.ModelFetchFailed,
                PodHold.Starting or PodHold.Fetching => ImageReason.Available.ModelLoading,
                _ => throw new ArgumentOutOfRangeException(nameof(By), By, "not a hold"),
            };

        public override int Weight =>
            By switch
            {
                PodHold.Starting => 1,
                PodHold.Fetching => 2,
                _ => 3,
            };
    }
}
