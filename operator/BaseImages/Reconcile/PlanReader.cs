using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Plans;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Forecasts;
using GemmaOperator.Builds;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>
/// Gathers what a forecast looks at, for whoever asks by the annotation: once for each request, and without asking a
/// registry, so that a question leaves no traces.
/// </summary>
/// <param name="gatherers">
/// Makes a gatherer that looks up nothing of registries; each question has its own, since what gatherers remember of a
/// spec they know by its generation, and that of a proposal isn't its own.
/// </param>
/// <param name="images">All objects.</param>
/// <param name="api">The API server.</param>
/// <param name="time">The time.</param>
internal sealed class PlanReader(
    Func<ImageGatherer> gatherers,
    IIndexer<GemmaBaseImage> images,
    IKubeApi api,
    TimeProvider time
)
{
    private const int PageSize = 500;

    /// <summary>Returns the answer to what an object asks; null where it asks nothing new.</summary>
    public async Task<PlanStatus?> ReadAsync(GemmaBaseImage image, CancellationToken cancellationToken)
    {
        if (PlanRequest.Open(image) is not { } request)
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (request.Problem is { } problem)
        {
            return PlanFold.Without(request, image, PlanResult.Refused, problem, now);
        }

        var ns = image.Metadata.NamespaceProperty;
        var target = request.InPlaceOf is { } named ? images.Get(ns, named) : null;
        if (target is null && request.InPlaceOf is { } missing)
        {
            return PlanFold.Without(
                request,
                image,
                PlanResult.Refused,
                $"{PlanRequest.Field}: there is no GemmaBaseImage {missing} in this namespace",
                now
            );
        }

        try
        {
            var gatherer = gatherers();
            var live = target is null ? null : await GatherAsync(gatherer, target, cancellationToken);
            var seen = await GatherAsync(
                gatherer,
                target is null ? image : Proposed(target, image.Spec!),
                cancellationToken
            );
            return PlanFold.Of(request, image, Forecast.Of(live, seen, images.List(ns)));
        }
        catch (KubeApiException e)
        {
            return PlanFold.Without(
                request,
                image,
                PlanResult.Failed,
                $"what it depends on couldn't be read: {e.Message}; ask again with another word",
                now
            );
        }
    }

    /// <summary>
    /// Returns an object with another spec, as if that had been applied. That a proposal is suspended is what keeps it
    /// from being carried out, and nothing that it proposes.
    /// </summary>
    private static GemmaBaseImage Proposed(GemmaBaseImage target, GemmaBaseImageSpec spec)
    {
        var wanted = spec with { Suspend = target.Spec?.Suspend == true };
        return target with
        {
            Metadata = new V1ObjectMeta
            {
                Name = target.Metadata.Name,
                NamespaceProperty = target.Metadata.NamespaceProperty,
                Uid = target.Metadata.Uid,
                CreationTimestamp = target.Metadata.CreationTimestamp,
                DeletionTimestamp = target.Metadata.DeletionTimestamp,
                Labels = target.Metadata.Labels,
                Annotations = target.Metadata.Annotations,
                Generation = target.Metadata.Generation + (ApiEquality.Same(target.Spec, wanted) ? 0 : 1),
            },
            Spec = wanted,
        };
    }

    private async Task<ImageSnapshot> GatherAsync(
        ImageGatherer gatherer,
        GemmaBaseImage image,
        CancellationToken cancellationToken
    )
    {
        var seen = await gatherer.GatherAsync(image, cancellationToken);
        var whole = await WholeAsync(image, cancellationToken);
        return seen with
        {
            Builds = [.. seen.Builds.Select(b => whole.GetValueOrDefault(b.Metadata.Uid, b)).Select(Timed)],
        };

        GemmaBuild Timed(GemmaBuild build) => RecordedTimes.Of(build, seen.Now);
    }

    /// <summary>Reads builds with their texts, which caches leave out of those that have ended.</summary>
    private async Task<Dictionary<string, GemmaBuild>> WholeAsync(
        GemmaBaseImage image,
        CancellationToken cancellationToken
    )
    {
        var all = new Dictionary<string, GemmaBuild>(StringComparer.Ordinal);
        string? next = null;
        do
        {
            var page = await api.ListAsync<GemmaBuild>(
                new ListQuery
                {
                    Namespace = image.Metadata.NamespaceProperty,
                    LabelSelector = $"{ApiGroup.ImageLabel}={image.Metadata.Name}",
                    Limit = PageSize,
                    Continue = next,
                },
                cancellationToken
            );
            foreach (var build in page.Items)
            {
                all[build.Metadata.Uid] = build;
            }

            next = page.Continue;
        } while (next is not null);

        return all;
    }
}
