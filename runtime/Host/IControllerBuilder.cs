using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Host;

/// <summary>Says which changes lead to which reconciles of one controller.</summary>
public interface IControllerBuilder<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Reconciles the owner (controller reference) of a child that changes.</summary>
    /// <param name="labelSelector">Which children to cache at all; the same for everyone who caches the kind.</param>
    IControllerBuilder<TEntity> Owns<TChild>(string? labelSelector = null)
        where TChild : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Reconciles what <paramref name="map"/> makes of an object that changes, of its state before and after.
    /// </summary>
    IControllerBuilder<TEntity> Watches<TOther>(Func<TOther, IEnumerable<ObjectKey>> map, string? labelSelector = null)
        where TOther : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Reconciles as <see cref="Watches{TOther}"/> does, for kinds of which only names, labels and versions matter: no
    /// content is fetched.
    /// </summary>
    IControllerBuilder<TEntity> WatchesMetadata<TOther>(
        Func<PartialObjectMetadata<TOther>, IEnumerable<ObjectKey>> map,
        string? labelSelector = null
    )
        where TOther : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Skips changes of an entity of which <paramref name="matters"/>(before, after) says false; of several predicates
    /// all must say true. Appearing, vanishing, the resync, and changes of what the entity owns or watches always
    /// lead to a reconcile, and a pass that was skipped isn't made up for: whoever goes on after a write of its own
    /// must ask for it (<see cref="ReconciliationResult{TEntity}.Again"/>). Called on the watch's thread: be quick.
    /// </summary>
    IControllerBuilder<TEntity> WithPredicate(Func<TEntity, TEntity, bool> matters);
}
