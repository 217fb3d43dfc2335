using System.Globalization;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.BaseImages.Retention;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Owners;
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
    StatusWriter status
)
{
    private readonly WorkloadEffects _workload = new(api);

    public async Task<ImageOutcome> CarryOutAsync(ImageSnapshot s, ImagePlan plan, CancellationToken cancellationToken)
    {
        var (outcome, otherRefused) = await DecidedAsync(s.Image, plan, cancellationToken);
        var (disposals, disposalRefused) = await DisposeAsync(s, plan.Leaving, cancellationToken);
        otherRefused ??= disposalRefused;
        await EndAsync(plan.EndedJobs, cancellationToken);
        var (made, refused, taken) = await BesideAsync(plan.SideJobs, cancellationToken);
        if (plan.Fetch is { } work)
        {
            var fetched = await fetches.CarryOutAsync(s.Image, work, cancellationToken);
            (refused, taken) = (refused ?? fetched.Refused, taken ?? fetched.Job?.Taken);
            made = fetched.Job?.Object is { } fetch ? [.. made, fetch] : made;
            otherRefused ??= fetched.OtherRefused;
        }

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
            Disposals = disposals,
            JobRefused = refused?.Message,
            Made = made,
            JobBlocked = taken,
            OtherRefused = otherRefused?.Message,
            WorkloadConflict = workload.Conflict,
            WorkloadRefused = workload.Refused?.Message,
            Written = written,
            ImageVolumeRefused = workload.IsWithoutImageVolumes,
            ClaimWarning = plan.Workload is { Deployment: not null } ? ClaimWarning(s, plan) : null,
            Omission = plan is { Workload.Deployment: not null, Rollout.Decision: RolloutDecision.Serve serve }
                ? serve.Omission
                : null,
        };
    }

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
            return (await plan.Freshness.Decision.Choose(new FreshnessEffects(this, image, cancellationToken)), null);
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
    /// Returns the build of that name: it may be there already, from a life of this process that was cut short.
    /// </summary>
    private async Task<ImageOutcome> StartAsync(
        GemmaBaseImage image,
        ImageDecision.StartBuild start,
        CancellationToken cancellationToken
    )
    {
        var build = start.Build;
        if (
            start.Unless is { } unseen
            && await FindAsync(build, unseen, cancellationToken) is { } there
            && OwnBuilds.Confirms(image, there)
        )
        {
            return new ImageOutcome { Started = there };
        }

        var announced = await AnnounceAsync(image, build, cancellationToken);
        try
        {
            var made = await api.CreateAsync(build, cancellationToken);
            return new ImageOutcome { Announced = announced.Status!.NextBuild, Started = made };
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            var existing = await FindAsync(build, build.BuildName, cancellationToken);
            return existing is not null && OwnBuilds.Confirms(announced, existing)
                ? new ImageOutcome { Announced = announced.Status!.NextBuild, Started = existing }
                : new ImageOutcome
                {
                    Announced = announced.Status!.NextBuild,
                    BuildConflict =
                        $"The next build would be {build.BuildName}, a name that a GemmaBuild has which "
                        + "this object didn't make; one of an earlier object goes with that by itself, any with "
                        + $"'kubectl delete gemmabuild {build.BuildName} "
                        + $"-n {build.Metadata.NamespaceProperty}'",
                };
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            return new ImageOutcome
            {
                Announced = announced.Status!.NextBuild,
                BuildRefused = ObjectRefusal.Of(e, ObjectFields.Build).Message,
            };
        }
    }

    private Task<UpstreamBaseResolution> ResolveAsync(
        GemmaBaseImage image,
        DeclaredBase reference,
        DateTime after,
        CancellationToken cancellationToken
    ) => resolver.ResolveAsync(image, reference, after, cancellationToken);

    private Task<GemmaBuild?> FindAsync(GemmaBuild like, string name, CancellationToken cancellationToken) =>
        api.GetAsync<GemmaBuild>(like.Metadata.NamespaceProperty, name, cancellationToken);

    /// <summary>
    /// Writes which build comes before it does: one that nobody announced is nobody's. Returns the object with that.
    /// </summary>
    private async Task<GemmaBaseImage> AnnounceAsync(
        GemmaBaseImage image,
        GemmaBuild build,
        CancellationToken cancellationToken
    )
    {
        var after = (image.Status ?? new GemmaBaseImageStatus()) with { NextBuild = OwnBuilds.Announce(build) };
        await status.WriteAsync(image, after, cancellationToken);
        return image with { Status = after };
    }

    /// <summary>The uid makes it a conflict to stop another build of that name.</summary>
    private async Task<ImageOutcome> SupersedeAsync(
        GemmaBaseImage image,
        GemmaBuild old,
        CancellationToken cancellationToken
    )
    {
        var generation = (image.Metadata.Generation ?? 0).ToString(CultureInfo.InvariantCulture);
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = old.Metadata.Uid,
                ["annotations"] = new JsonObject { [ApiGroup.SupersededByAnnotation] = generation },
            },
            ["spec"] = new JsonObject { ["cancel"] = true },
        };
        await api.PatchAsync<GemmaBuild>(old.Metadata.NamespaceProperty, old.BuildName, patch, null, cancellationToken);
        return new ImageOutcome { Superseded = old };
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

    /// <summary>Carries out each decision about freshness.</summary>
    private sealed class FreshnessEffects(
        ImageEffects effects,
        GemmaBaseImage image,
        CancellationToken cancellationToken
    ) : ImageDecision.ICases<Task<ImageOutcome>>
    {
        private static readonly Task<ImageOutcome> Nothing = Task.FromResult(new ImageOutcome());

        public Task<ImageOutcome> OnRefuse(ImageDecision.Refuse decision) => Nothing;

        public async Task<ImageOutcome> OnResolveBase(ImageDecision.ResolveBase decision) =>
            new() { Base = await effects.ResolveAsync(image, decision.Base, decision.After, cancellationToken) };

        public Task<ImageOutcome> OnWithhold(ImageDecision.Withhold decision) => Nothing;

        public Task<ImageOutcome> OnStartBuild(ImageDecision.StartBuild decision) =>
            effects.StartAsync(image, decision, cancellationToken);

        public Task<ImageOutcome> OnSupersede(ImageDecision.Supersede decision) =>
            effects.SupersedeAsync(image, decision.Build, cancellationToken);

        public Task<ImageOutcome> OnWait(ImageDecision.Wait decision) => Nothing;

        public Task<ImageOutcome> OnSettled(ImageDecision.Settled decision) => Nothing;
    }
}
