using GemmaOperator.Cluster;
using k8s.Models;

namespace GemmaOperator.Builds.Steps.Jobs;

/// <summary>Creates, seeks and deletes Jobs.</summary>
internal static class JobExecutor
{
    public static async Task<StepOutcome<JobStarted>> StartAsync(
        StepTools tools,
        V1Job job,
        CancellationToken cancellationToken,
        params IReadOnlyList<V1Job> variants
    )
    {
        var (made, taken) = await tools.Api.CreateOwnedAsync(job, cancellationToken, variants);
        return taken is not null
            ? new StepObstacle.Blocked(taken)
            : new JobStarted(job.Metadata.Name, made!.Metadata.Uid);
    }

    /// <summary>Asks for a Job of this build; another of the same name isn't it, whosever it says it is.</summary>
    public static async Task<StepOutcome<JobSighting>> SeekAsync(
        BuildSnapshot s,
        StepTools tools,
        string job,
        string? uid,
        CancellationToken cancellationToken
    ) =>
        await tools.Api.GetAsync<V1Job>(s.Build.Metadata.NamespaceProperty, job, cancellationToken) is { } found
        && found.IsControlledBy(s.Build.Metadata.Uid)
        && (uid is null || uid == found.Metadata.Uid)
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
