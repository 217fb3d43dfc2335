using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Upgrade;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Cluster;
using GemmaOperator.Hub;
using GemmaOperator.Registry.Access;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace GemmaOperator.Hosting;

/// <summary>
/// Reads a cluster as an operator of this release would on its start, asks no registry, and changes nothing.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="serverImage">What the operator is to be given as <c>--server-image</c>; empty when nothing.</param>
/// <param name="executorImage">What it is to be given as <c>--executor-image</c>.</param>
/// <param name="hasImageVolumes">Whether pods may mount images.</param>
/// <param name="time">The time.</param>
internal sealed class UpgradeReader(
    IKubeApi api,
    string serverImage,
    string executorImage,
    bool hasImageVolumes,
    TimeProvider time
)
{
    private const string Ours = $"{ApiGroup.ManagedByLabel}={ApiGroup.ManagedByValue}";
    private const int PageSize = 500;

    /// <summary>Returns what would happen to each object, by namespace and name.</summary>
    /// <param name="namespaces">Where; empty means everywhere.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="KubeApiException">The API server lists the objects for nobody, or not for this one.</exception>
    public async Task<IReadOnlyList<(ObjectKey Key, IReadOnlyList<UpgradeNote> Notes)>> ReadAsync(
        IReadOnlyList<string> namespaces,
        CancellationToken cancellationToken
    )
    {
        var found = new List<(ObjectKey, IReadOnlyList<UpgradeNote>)>();
        foreach (var ns in namespaces.Count > 0 ? namespaces : [null!])
        {
            var images = await ListAsync<GemmaBaseImage>(ns, null, cancellationToken);
            var gatherer = await GathererAsync(ns, images, cancellationToken);
            foreach (var image in images.Where(i => i.Metadata.DeletionTimestamp is null))
            {
                found.Add((ObjectKey.Of(image), await JudgeAsync(gatherer, image, cancellationToken)));
            }
        }

        return [.. found.OrderBy(f => f.Item1.ToString(), StringComparer.Ordinal)];
    }

    private static async Task<IReadOnlyList<UpgradeNote>> JudgeAsync(
        ImageGatherer gatherer,
        GemmaBaseImage image,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return UpgradeOutlook.Judge(await gatherer.GatherAsync(image, cancellationToken));
        }
        catch (KubeApiException e)
        {
            return [new UpgradeNote(UpgradeEffect.Unknown, e.Message)];
        }
    }

    private async Task<ImageGatherer> GathererAsync(
        string? ns,
        IReadOnlyList<GemmaBaseImage> images,
        CancellationToken cancellationToken
    )
    {
        var secrets = new AskedLater<V1Secret>();
        var events = new PodEventReader(api, NullLogger<PodEventReader>.Instance);
        return new ImageGatherer(
            api,
            new Listed<GemmaBaseImage>(images, (ImageGatherer.ByRepository, OutputRepositories.Of)),
            new Listed<GemmaBuild>(await ListAsync<GemmaBuild>(ns, null, cancellationToken)),
            new Listed<V1Deployment>(await ListAsync<V1Deployment>(ns, Ours, cancellationToken)),
            new Listed<V1Service>(await ListAsync<V1Service>(ns, Ours, cancellationToken)),
            new Listed<V1PodDisruptionBudget>(await ListAsync<V1PodDisruptionBudget>(ns, Ours, cancellationToken)),
            new Listed<V1Pod>(
                await ListAsync<V1Pod>(ns, Ours, cancellationToken),
                (ImageGatherer.PodsByImage, ObjectLinks.ServedImage)
            ),
            new Listed<V1Job>(await ListAsync<V1Job>(ns, Ours, cancellationToken)),
            new BuildRequestReader(
                new ConfigMapReader(new AskedLater<V1ConfigMap>(), api),
                new SecretReader(secrets, api),
                new SecretKeyReader(secrets, api),
                serverImage,
                canScan: true,
                executorImage
            ),
            // What is looked up of registries before a build begins there leaves traces.
            preflight: null,
            events,
            new WeightsReader(
                api,
                new Listed<V1PersistentVolumeClaim>(
                    await ListAsync<V1PersistentVolumeClaim>(ns, Ours, cancellationToken),
                    (
                        WeightsReader.ClaimsByImage,
                        claim =>
                            ObjectLinks.ModelOf(claim).Select(key => ImageGatherer.PodKey(key.Namespace!, key.Name))
                    )
                ),
                events,
                () => hasImageVolumes,
                []
            ),
            HubEndpoint.Default,
            time
        );
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(string? ns, string? labels, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var all = new List<T>();
        string? next = null;
        do
        {
            var page = await api.ListAsync<T>(
                new ListQuery
                {
                    Namespace = ns,
                    LabelSelector = labels,
                    Limit = PageSize,
                    Continue = next,
                },
                cancellationToken
            );
            all.AddRange(page.Items);
            next = page.Continue;
        } while (next is not null);

        return all;
    }
}
