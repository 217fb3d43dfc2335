using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.Hosting;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Control;
using k8s;
using k8s.Models;

namespace Operator.Tests.Trials.Months.World;

/// <summary>What one life of the operator sees of the cluster, and whom it wakes.</summary>
internal sealed class SimCaches
{
    public SimCaches(
        SimStore store,
        Dice dice,
        FaultPlan plan,
        Func<IKubernetesObject<V1ObjectMeta>, bool> isOwnWrite,
        Action<bool, ObjectKey, IKubernetesObject<V1ObjectMeta>?> wake
    )
    {
        Images.AddIndex(ImageGatherer.ByRepository, OutputRepositories.Of);
        Pods.AddIndex(ImageGatherer.PodsByImage, ObjectLinks.ServedImage);
        Feeds =
        [
            new SimFeed<GemmaBaseImage>(store, Images, c => Own(c, isBuild: false), dice, plan),
            new SimFeed<GemmaBuild>(
                store,
                Builds,
                c =>
                {
                    Own(c, isBuild: true);
                    Owner(c);
                },
                dice,
                plan
            ),
            new SimFeed<V1Deployment>(store, Deployments, Owner, dice, plan),
            new SimFeed<V1Service>(store, Services, Owner, dice, plan),
            new SimFeed<V1PodDisruptionBudget>(store, Budgets, Owner, dice, plan),
            new SimFeed<V1Job>(store, Jobs, Owner, dice, plan),
            new SimFeed<V1Pod>(store, Pods, Pod, dice, plan),
        ];

        void Own<T>(CacheChange<T> change, bool isBuild)
            where T : class, IKubernetesObject<V1ObjectMeta>
        {
            if (change.New is null)
            {
                wake(isBuild, change.Key, change.Old);
            }
            else if (change.Old is null || Predicates.MoreThanStatus(change.Old, change.New) || !isOwnWrite(change.New))
            {
                wake(isBuild, change.Key, null);
            }
        }

        void Owner<T>(CacheChange<T> change)
            where T : class, IKubernetesObject<V1ObjectMeta>
        {
            if ((change.New ?? change.Old)!.Metadata is { OwnerReferences: [var owner, ..] } metadata)
            {
                wake(owner.Kind == "GemmaBuild", new ObjectKey(metadata.NamespaceProperty, owner.Name), null);
            }
        }

        void Pod(CacheChange<V1Pod> change)
        {
            foreach (var build in ObjectLinks.BuildOf((change.New ?? change.Old)!))
            {
                wake(true, build, null);
            }

            foreach (var key in ObjectLinks.ServedImage((change.New ?? change.Old)!))
            {
                wake(false, new ObjectKey(key.Split('/')[0], key.Split('/')[1]), null);
            }
        }
    }

    public IReadOnlyList<ISimFeed> Feeds { get; }

    public ObjectCache<GemmaBaseImage> Images { get; } = new();

    public ObjectCache<GemmaBuild> Builds { get; } = new();

    public ObjectCache<V1Deployment> Deployments { get; } = new();

    public ObjectCache<V1Service> Services { get; } = new();

    public ObjectCache<V1PodDisruptionBudget> Budgets { get; } = new();

    public ObjectCache<V1Pod> Pods { get; } = new();

    public ObjectCache<V1Job> Jobs { get; } = new();
}
