using System.Globalization;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Retention;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Serving.Workloads;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Carries out what was decided about a GemmaBaseImage, and says what came of it.</summary>
internal sealed class ImageEffects(IKubeApi api, BaseResolver resolver, ImageDisposer disposer)
{
    public async Task<ImageOutcome> CarryOutAsync(
        ImageSnapshot s,
        ImageDecision decision,
        RolloutDecision rollout,
        CancellationToken cancellationToken
    )
    {
        var outcome = decision switch
        {
            ImageDecision.StartBuild start => await StartAsync(start, cancellationToken),
            ImageDecision.Supersede old => await SupersedeAsync(s.Image, old.Build, cancellationToken),
            ImageDecision.ResolveBase ask => new ImageOutcome
            {
                Base = await resolver.ResolveAsync(s.Image, ask.Reference, ask.After, cancellationToken),
            },
            _ => new ImageOutcome(),
        };
        var disposals = new List<EventText>();
        foreach (var old in RetentionPolicy.Superfluous(s))
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

            await api.DeleteAsync<GemmaBuild>(
                old.Metadata.NamespaceProperty,
                old.BuildName,
                new DeletePreconditions(Uid: old.Metadata.Uid),
                cancellationToken
            );
        }

        var (refused, taken) = await BesideAsync(s, rollout, cancellationToken);
        outcome = outcome with { Disposals = disposals, JobRefused = refused, JobBlocked = taken };

        return rollout is RolloutDecision.Serve { Drift: not null } serve
            ? outcome with
            {
                WorkloadConflict = await ServeAsync(s, serve, cancellationToken),
            }
            : outcome;
    }

    /// <summary>
    /// The build of that name: it may be there already, from a life of this process that was cut short.
    /// </summary>
    private async Task<ImageOutcome> StartAsync(ImageDecision.StartBuild start, CancellationToken cancellationToken)
    {
        var build = start.Build;
        if (
            start.Unless is { } unseen
            && await FindAsync(build, unseen, cancellationToken) is { } there
            && IsSibling(there, build)
        )
        {
            return new ImageOutcome { Started = there };
        }

        try
        {
            return new ImageOutcome { Started = await api.CreateAsync(build, cancellationToken) };
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            var existing = await FindAsync(build, build.BuildName, cancellationToken);
            return existing is not null && IsSibling(existing, build)
                ? new ImageOutcome { Started = existing }
                : new ImageOutcome
                {
                    BuildConflict =
                        $"The next build would be {build.BuildName}, a name that a GemmaBuild of an earlier object has; "
                        + $"it goes with that by itself, or with 'kubectl delete gemmabuild {build.BuildName} -n {build.Metadata.NamespaceProperty}'",
                };
        }
    }

    private Task<GemmaBuild?> FindAsync(GemmaBuild like, string name, CancellationToken cancellationToken) =>
        api.GetAsync<GemmaBuild>(like.Metadata.NamespaceProperty, name, cancellationToken);

    private static bool IsSibling(GemmaBuild found, GemmaBuild build) =>
        found.Spec?.ImageRef.Uid == build.Spec!.ImageRef.Uid;

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
    private async Task<(string? Refused, NameTaken? Blocked)> BesideAsync(
        ImageSnapshot s,
        RolloutDecision rollout,
        CancellationToken cancellationToken
    )
    {
        NameTaken? blocked = null;
        try
        {
            foreach (var job in JobsBeside(s.Image, rollout))
            {
                blocked = await api.CreateOwnedAsync(job, cancellationToken) ?? blocked;
            }

            return (null, blocked);
        }
        catch (KubeApiException e) when (e.IsForbidden || e.IsInvalid)
        {
            return (e.Message, blocked);
        }
    }

    private static IEnumerable<V1Job> JobsBeside(GemmaBaseImage image, RolloutDecision rollout)
    {
        if (rollout is RolloutDecision.Serve { Pull: { } pull })
        {
            foreach (var node in pull.Start)
            {
                yield return PullJob.For(image, pull.Image, pull.Template, node);
            }
        }

        if (
            rollout is RolloutDecision.Serve
            {
                Proof: RolloutProof.Soaking { Test: SmokeTest.Due due },
                Target: var target,
                Template: var template
            }
        )
        {
            yield return SmokeJob.For(image, target, template, due.Pod);
        }
    }

    /// <summary>
    /// Null when the workload is as it should be; else why it can't be: a name that somebody else holds, or a refusal.
    /// </summary>
    private async Task<string?> ServeAsync(
        ImageSnapshot s,
        RolloutDecision.Serve serve,
        CancellationToken cancellationToken
    )
    {
        var conflict = s.Workload.Deployment is null
            ? await ForeignAsync<V1Deployment>(s.Image, "Deployment", cancellationToken)
            : null;
        var budget = ServingBudget.For(s.Image, s.Workload.Deployment);
        conflict ??= s.Workload.Service is null
            ? await ForeignAsync<V1Service>(s.Image, "Service", cancellationToken)
            : null;
        conflict ??=
            budget is not null && s.Workload.Budget is null
                ? await ForeignAsync<V1PodDisruptionBudget>(s.Image, "PodDisruptionBudget", cancellationToken)
                : null;
        if (conflict is not null)
        {
            return conflict;
        }

        try
        {
            await ApplyAsync(ServingService.For(s.Image), s.Workload.Service, cancellationToken);
            await ApplyAsync(
                ServingDeployment.For(s.Image, serve.Template, s.Workload.Deployment, serve.GivesWay),
                s.Workload.Deployment,
                cancellationToken
            );
            await BudgetAsync(s, budget, cancellationToken);
            return null;
        }
        catch (KubeApiException e) when (e.IsForbidden || e.IsInvalid)
        {
            // A policy, a quota, or a value that only the API server knows to be wrong: it will say so again.
            return $"spec.rollout: the API server refuses what it asks for: {e.Message}";
        }
    }

    /// <summary>One child may differ and the others not.</summary>
    private Task ApplyAsync<T>(T wanted, T? live, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        live is not null && Drift.Between(wanted, live) is null
            ? Task.CompletedTask
            : api.ApplyAsync(wanted, cancellationToken);

    private async Task BudgetAsync(ImageSnapshot s, V1PodDisruptionBudget? wanted, CancellationToken cancellationToken)
    {
        if (wanted is not null)
        {
            await ApplyAsync(wanted, s.Workload.Budget, cancellationToken);
        }
        else if (s.Workload.Budget is { Metadata: { } gone })
        {
            await api.DeleteAsync<V1PodDisruptionBudget>(
                gone.NamespaceProperty,
                gone.Name,
                new DeletePreconditions(Uid: gone.Uid),
                cancellationToken
            );
        }
    }

    /// <summary>An apply would take over an object of the same name: look before the first one.</summary>
    private async Task<string?> ForeignAsync<T>(GemmaBaseImage image, string kind, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var found = await api.GetAsync<T>(image.Metadata.NamespaceProperty, image.Metadata.Name, cancellationToken);
        return found is null || found.Metadata.OwnerReferences?.Any(o => o.Uid == image.Metadata.Uid) == true
            ? null
            : $"metadata.name: there is a {kind} {image.Metadata.NamespaceProperty}/{image.Metadata.Name} that isn't this object's; "
                + "delete or rename it, rename this object, or set spec.rollout.mode to PublishOnly";
    }
}
