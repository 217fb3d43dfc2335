using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Decides whether the service can answer, by its pods.</summary>
internal static class AvailableRule
{
    /// <summary>Returns null without a Deployment.</summary>
    public static Finding? Judge(ConditionFacts f) =>
        Availability.Judge(f.Seen.Workload) switch
        {
            null => null,
            { IsAvailable: true } a => Finding.True(a.Reason, a.Message),
            // A pod's predecessor has gone just now, and the scheduler may not have looked again.
            { Reason: ImageReason.Available.WaitingForGpu } a
                when f.Status.Rollout?.SucceedsSince is not null
                    && f.Seen.Now - f.Status.Rollout.UnscheduledSince < PodEventsPolicy.Patience => Finding.False(
                ImageReason.Available.ModelLoading,
                a.Message
            ),
            var a => Finding.False(a.Reason, a.Message),
        };
}
