using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Lines;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.BaseImages.Retention;
using GemmaOperator.BaseImages.Revisions;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Carries out what was decided about a GemmaBaseImage, and says what came of it.</summary>
internal sealed class ImageEffects(
    IKubeApi api,
    UpstreamBaseResolver resolver,
    ModelResolver models,
    ImageDisposer disposer,
    ModelEffects fetches,
    ScanEffects scans,
    StatusWriter status,
    ChannelReader? channels = null
)
{
    private readonly FreshnessEffects _freshness = new(api, resolver, status);
    private readonly WorkloadEffects _workload = new(api);
    private readonly RevisionEffects _revisions = new(api);
    private readonly RoutingEffects _routing = new(api);

    /// <summary>Returns the status to write, once what it is to name is there; and why that can't be.</summary>
    public Task<KeptStatus> KeepAsync(
        ImageSnapshot s,
        GemmaBaseImageStatus after,
        CancellationToken cancellationToken
    ) => _revisions.KeepAsync(s.Image, after, cancellationToken);

    /// <summary>Returns what came of it; null where the object turned out to be gone, or going.</summary>
    public async Task<ImageOutcome?> CarryOutAsync(ImageSnapshot s, ImagePlan plan, CancellationToken cancellationToken)
    {
        var (outcome, otherRefused) = await DecidedAsync(s.Image, plan, cancellationToken);
        var (disposals, disposalRefused) = await DisposeAsync(s, plan.Leaving, cancellationToken);
        otherRefused ??= disposalRefused;
        foreach (var build in plan.Discarding)
        {
            disposals = [.. disposals, .. (await disposer.DiscardAsync(build, cancellationToken)).Notes];
        }

        await EndAsync(plan.EndedJobs, cancellationToken);
        if (plan.IsWrongOnceGone(s) && !await StaysAsync(s.Image, cancellationToken))
        {
            return null;
        }

        var (made, refused, taken) = await BesideAsync(plan.SideJobs, cancellationToken);
        if (plan.Fetch is { } work)
        {
            var fetched = await fetches.CarryOutAsync(s.Image, work, cancellationToken);
            (refused, taken) = (refused ?? fetched.Refused, taken ?? fetched.Job?.Taken);
            made = fetched.Job?.Object is { } fetch ? [.. made, fetch] : made;
            otherRefused ??= fetched.OtherRefused;
        }

        var (scan, scanFailure) = plan.Scan is ScanState.Due due
            ? await scans.StartAsync(s, due, cancellationToken)
            : default;
        made = scan is null ? made : [.. made, scan];
        var routing = await _routing.CarryOutAsync(s.Routing, plan, cancellationToken);
        var (owners, ownerRefused) = await _workload.GiveOwnersAsync(plan.Owners, cancellationToken);
        otherRefused ??= ownerRefused;
        var workload = plan.Workload is { } changes
            ? await _workload.ServeAsync(s, changes, cancellationToken)
            : WorkloadOutcome.Done;
        var written = workload.Written;
        if (plan.Contested is (var wanted, var field))
        {
            written = written with { Owner = await _workload.OwnerAsync(wanted, field, cancellationToken) };
        }

        return outcome with
        {
            Model = plan.Model is ModelDecision.Ask ask
                ? await models.ResolveAsync(s.Image, s.Model, ask.After, cancellationToken)
                : null,
            Channel =
                channels is not null
                && plan.Channel is ChannelDecision.Ask tags
                && s is { Channel: { } channel, Inputs: BuildRequest.Known known }
                    ? await channels.ReadAsync(
                        s.Image,
                        channel,
                        known,
                        ServedNodes.Of(s),
                        tags.After,
                        cancellationToken
                    )
                    : null,
            Disposals = disposals,
            JobRefused = refused?.Message,
            Made = [.. outcome.Made, .. made],
            ScanFailure = scanFailure,
            Owners = owners,
            JobBlocked = taken,
            OtherRefused = otherRefused?.Message,
            WorkloadConflict = workload.Conflict,
            WorkloadRefused = workload.Refused?.Message,
            Written = written,
            Routing = routing,
            ImageVolumeRefused = workload.IsWithoutImageVolumes,
            ClaimWarning = plan.Workload is { Deployment: not null } ? ClaimWarning(s, plan) : null,
            Omission = plan is { Workload.Deployment: not null, Rollout.Decision: RolloutDecision.Serve serve }
                ? serve.Omission
                : null,
        };
    }

    /// <summary>
    /// Asks the API server whether an object is still there and stays; a cache may not know yet that it goes.
    /// </summary>
    private async Task<bool> StaysAsync(GemmaBaseImage image, CancellationToken cancellationToken) =>
        await api.GetAsync<GemmaBaseImage>(image.Metadata.NamespaceProperty, image.Metadata.Name, cancellationToken)
            is { Metadata: { DeletionTimestamp: null } live }
        && live.Uid == image.Metadata.Uid;

    private static string? ClaimWarning(ImageSnapshot s, ImagePlan plan) =>
        PreflightPolicy.ClaimWarning(s) ?? (plan.Rollout.Decision as RolloutDecision.Serve)?.InPlace;

    /// <summary>Their pods go with them.</summary>
    private async Task EndAsync(IReadOnlyList<V1Job> jobs, CancellationToken cancellationToken)
    {
        foreach (var job in jobs)
        {
            await api.DeleteAsync<V1Job>(
                job.Metadata.NamespaceProperty,
                job.Metadata.Name,
                new DeletePreconditions(Uid: job.Metadata.Uid),
                cancellationToken
            );
        }
    }

    /// <summary>Carries out what was decided about builds; what is refused there holds up nothing else.</summary>
    private async Task<(ImageOutcome Outcome, ObjectRefusal? Refused)> DecidedAsync(
        GemmaBaseImage image,
        ImagePlan plan,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await _freshness.CarryOutAsync(image, plan.Freshness.Decision, cancellationToken), null);
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            return (new ImageOutcome(), ObjectRefusal.Of(e, SpecFields.None));
        }
    }

    /// <summary>A build stays as long as a registry couldn't be asked about its images.</summary>
    private async Task<(IReadOnlyList<EventText> Notes, ObjectRefusal? Refused)> DisposeAsync(
        ImageSnapshot s,
        IReadOnlyList<GemmaBuild> leaving,
        CancellationToken cancellationToken
    )
    {
        var disposals = new List<EventText>();
        ObjectRefusal? refused = null;
        foreach (var old in leaving)
        {
            if (s.Spec.Retention.Images.Policy == ImageRetentionPolicy.Delete)
            {
                var (isDone, notes) = await disposer.DisposeAsync(old, cancellationToken);
                disposals.AddRange(notes);
                if (!isDone)
                {
                    continue;
                }
            }

            try
            {
                await api.DeleteAsync<GemmaBuild>(
                    old.Metadata.NamespaceProperty,
                    old.BuildName,
                    new DeletePreconditions(Uid: old.Metadata.Uid),
                    cancellationToken
                );
            }
            catch (KubeApiException e) when (e.IsRefusal)
            {
                refused ??= ObjectRefusal.Of(e, SpecFields.None);
            }
        }

        return (disposals, refused);
    }

    /// <summary>
    /// Makes the Jobs beside the workload, and says why one can't be, which must hold up nothing else.
    /// </summary>
    private async Task<(IReadOnlyList<V1Job> Made, ObjectRefusal? Refused, NameTaken? Blocked)> BesideAsync(
        IReadOnlyList<V1Job> jobs,
        CancellationToken cancellationToken
    )
    {
        var made = new List<V1Job>();
        NameTaken? blocked = null;
        ObjectRefusal? refused = null;
        foreach (var job in jobs)
        {
            try
            {
                var (there, taken) = await api.CreateOwnedAsync(job, cancellationToken);
                blocked = taken ?? blocked;
                if (there is not null)
                {
                    made.Add(there);
                }
            }
            catch (KubeApiException e) when (e.IsRefusal)
            {
                refused ??= ObjectRefusal.Of(e, ObjectFields.Jobs);
            }
        }

        return (made, refused, blocked);
    }
}
