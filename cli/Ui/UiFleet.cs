using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Dashboard;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using KubectlGemma.Cluster;

namespace KubectlGemma.Ui;

/// <summary>
/// Mirrors the objects of a namespace, or of all; and what belongs to one, while somebody looks at it.
/// </summary>
internal sealed class UiFleet : IFleet, IAsyncDisposable
{
    private readonly GemmaCluster _cluster;
    private readonly Informer<GemmaBaseImage> _images;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _run;

    /// <param name="cluster">The cluster.</param>
    /// <param name="ns">Null: all namespaces.</param>
    /// <param name="labels">Label selector; null: all.</param>
    public UiFleet(GemmaCluster cluster, string? ns, string? labels)
    {
        _cluster = cluster;
        Namespaces = ns is null ? [] : [ns];
        _images = cluster.Mirror<GemmaBaseImage>(ns, labels);
        _images.Cache.Keep(Part);
        _images.Subscribe(change => Changes.Tell(change.Key));
        _run = Task.Run(() => _images.RunAsync(_stopping.Token));
    }

    public IKubeApi Api => _cluster.Api;

    public IIndexer<GemmaBaseImage> Images => _images.Cache;

    public IReadOnlyList<string> Namespaces { get; }

    public string? Problem => _images.Health.Select(h => h.LastError).FirstOrDefault(e => e is not null);

    public ChangeHub Changes { get; } = new();

    public IAsyncDisposable Follow(ObjectKey image)
    {
        var labels = $"{ApiGroup.ImageLabel}={image.Name}";
        return new Following([Run<PartialObjectMetadata<GemmaBuild>>(), Run<PartialObjectMetadata<V1Pod>>()]);

        (Task, CancellationTokenSource) Run<T>()
            where T : class, IKubernetesObject<V1ObjectMeta>
        {
            var mirror = _cluster.Mirror<T>(image.Namespace, labels);
            mirror.Subscribe(_ => Changes.Tell(image));
            var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            return (Task.Run(() => mirror.RunAsync(stop.Token)), stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    /// <summary>Leaves out what the fleet's page doesn't show: of ten thousand objects it would be most.</summary>
    private static GemmaBaseImage Part(GemmaBaseImage image)
    {
        image.Metadata.ManagedFields = null;
        return image with
        {
            Spec = new GemmaBaseImageSpec { Suspend = image.Spec?.Suspend == true },
            Status = image.Status is not { } status
                ? null
                : new GemmaBaseImageStatus
                {
                    Conditions =
                    [
                        .. status.Conditions.Select(c => new V1Condition
                        {
                            Type = c.Type,
                            Status = c.Status,
                            Reason = c.Reason,
                        }),
                    ],
                    Image = status.Image,
                    Held = status.Held,
                    RecentBuilds = status.RecentBuilds is [var newest, ..] ? [newest] : null,
                    NextScheduleTime = status.NextScheduleTime,
                    LastHandledRequestAt = status.LastHandledRequestAt,
                    Cost = status.Cost is { } cost ? new CostStatus { BuildCostTotal = cost.BuildCostTotal } : null,
                },
        };
    }

    /// <summary>Ends mirrors together.</summary>
    private sealed class Following(IReadOnlyList<(Task Run, CancellationTokenSource Stop)> mirrors) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var (run, stop) in mirrors)
            {
                await stop.CancelAsync();
                await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.Dispose();
            }
        }
    }
}
