using System.Globalization;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Owners;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Carries out what was decided about builds: asks for the base, announces and makes one, stops one.</summary>
internal sealed class FreshnessEffects(IKubeApi api, UpstreamBaseResolver resolver, StatusWriter status)
{
    private readonly UpstreamBaseResolver _resolver = resolver;

    public Task<ImageOutcome> CarryOutAsync(
        GemmaBaseImage image,
        ImageDecision decision,
        CancellationToken cancellationToken
    ) => decision.Choose(new Cases(this, image, cancellationToken));

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

        var left = await AnnounceAsync(image, build, cancellationToken);
        return await MakeAsync(left ?? image, build, cancellationToken) with { Left = left };
    }

    private async Task<ImageOutcome> MakeAsync(
        GemmaBaseImage announced,
        GemmaBuild build,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return new ImageOutcome { Started = await api.CreateAsync(build, cancellationToken) };
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            var existing = await FindAsync(build, build.BuildName, cancellationToken);
            return existing is not null && OwnBuilds.Confirms(announced, existing)
                ? new ImageOutcome { Started = existing }
                : new ImageOutcome
                {
                    BuildConflict =
                        $"The next build would be {build.BuildName}, a name that a GemmaBuild has which "
                        + "this object didn't make; one of an earlier object goes with that by itself, any with "
                        + $"'kubectl delete gemmabuild {build.BuildName} "
                        + $"-n {build.Metadata.NamespaceProperty}'",
                };
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            return new ImageOutcome { BuildRefused = ObjectRefusal.Of(e, ObjectFields.Build).Message };
        }
    }

    private Task<GemmaBuild?> FindAsync(GemmaBuild like, string name, CancellationToken cancellationToken) =>
        api.GetAsync<GemmaBuild>(like.Metadata.NamespaceProperty, name, cancellationToken);

    /// <summary>
    /// Writes which build comes before it does: one that nobody announced is nobody's. Returns the object as that left
    /// it, or null where it was announced already.
    /// </summary>
    private async Task<GemmaBaseImage?> AnnounceAsync(
        GemmaBaseImage image,
        GemmaBuild build,
        CancellationToken cancellationToken
    )
    {
        var before = image.Status ?? new GemmaBaseImageStatus();
        var next = OwnBuilds.Announce(build, before.NextBuild);
        return ReferenceEquals(before.NextBuild, next)
            ? null
            : await status.WriteFirstAsync(image, before with { NextBuild = next }, cancellationToken);
    }

    /// <summary>Makes the Job that asks, or says why there is none.</summary>
    private async Task<ImageOutcome> AskAsync(V1Job job, CancellationToken cancellationToken)
    {
        try
        {
            var (there, taken) = await api.CreateOwnedAsync(job, cancellationToken);
            return there is null
                ? new ImageOutcome { ProbeRefused = taken!.Message }
                : new ImageOutcome { Made = [there] };
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            return new ImageOutcome { ProbeRefused = ObjectRefusal.Of(e, ProbeJob.Fields).Message };
        }
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

    private sealed class Cases(FreshnessEffects effects, GemmaBaseImage image, CancellationToken cancellationToken)
        : ImageDecision.ICases<Task<ImageOutcome>>
    {
        private static readonly Task<ImageOutcome> Nothing = Task.FromResult(new ImageOutcome());

        public Task<ImageOutcome> OnRefuse(ImageDecision.Refuse decision) => Nothing;

        public async Task<ImageOutcome> OnResolveBase(ImageDecision.ResolveBase decision) =>
            new()
            {
                Base = await effects._resolver.ResolveAsync(image, decision.Base, decision.After, cancellationToken),
            };

        public Task<ImageOutcome> OnAskPackages(ImageDecision.AskPackages decision) =>
            decision.Step is ProbeStep.Ask { Job: { } job } ? effects.AskAsync(job, cancellationToken) : Nothing;

        public Task<ImageOutcome> OnWithhold(ImageDecision.Withhold decision) => Nothing;

        public Task<ImageOutcome> OnStartBuild(ImageDecision.StartBuild decision) =>
            effects.StartAsync(image, decision, cancellationToken);

        public Task<ImageOutcome> OnSupersede(ImageDecision.Supersede decision) =>
            effects.SupersedeAsync(image, decision.Build, cancellationToken);

        public Task<ImageOutcome> OnWait(ImageDecision.Wait decision) => Nothing;

        public Task<ImageOutcome> OnSettled(ImageDecision.Settled decision) => Nothing;
    }
}
