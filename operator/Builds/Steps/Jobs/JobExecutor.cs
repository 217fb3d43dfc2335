using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Creates, seeks and deletes Jobs.</summary>
internal static class JobExecutor
{
    public static async Task<StepOutcome<JobStarted>> StartAsync(
        StepTools tools,
        V1Job job,
        CancellationToken cancellationToken
    ) =>
        await tools.Api.CreateOwnedAsync(job, cancellationToken) is { } taken
            ? new StepObstacle.Blocked(taken)
            : new JobStarted(job.Metadata.Name);

    /// <summary>Asks for a Job of this build; another object's of the same name isn't it.</summary>
    public static async Task<StepOutcome<JobSighting>> SeekAsync(
        BuildSnapshot s,
        StepTools tools,
        string job,
        CancellationToken cancellationToken
    ) =>
        await tools.Api.GetAsync<V1Job>(s.Build.Metadata.NamespaceProperty, job, cancellationToken) is { } found
        && found.Metadata.OwnerReferences?.Any(o => o.Uid == s.Build.Metadata.Uid) == true
            ? JobSighting.There
            : JobSighting.Gone;

    /// <summary>Deletes a Job and its pods; null and one that is gone are fine.</summary>
    public static async Task<StepOutcome<Nothing>> DeleteAsync(
        BuildSnapshot s,
        StepTools tools,
        string? job,
        CancellationToken cancellationToken
    )
    {
        if (job is not null)
        {
            await tools.Api.DeleteAsync<V1Job>(s.Build.Metadata.NamespaceProperty, job, null, cancellationToken);
        }

        return default(Nothing);
    }
}
