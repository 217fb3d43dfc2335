using System.Text.Json.Nodes;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Control;

/// <summary>
/// Adds our finalizers to living entities and runs and removes them on those marked for deletion. The list is patched
/// against the resource version that was read, so a finalizer that somebody else added meanwhile is never lost.
/// </summary>
internal sealed class Finalizers<TEntity>(IKubeApi api)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly List<(string Name, IEntityFinalizer<TEntity> Finalizer)> _all = [];

    public void Add(string name, IEntityFinalizer<TEntity> finalizer) => _all.Add((name, finalizer));

    /// <summary>The entity with all our finalizers on it: the same one if they were.</summary>
    public async Task<TEntity> AttachAsync(TEntity entity, CancellationToken cancellationToken)
    {
        var present = entity.Metadata.Finalizers ?? [];
        var missing = _all.Select(f => f.Name).Except(present).ToList();
        return missing.Count == 0 ? entity : await PatchAsync(entity, [.. present, .. missing], cancellationToken);
    }

    /// <summary>Runs each of our finalizers that is still on the entity, in order, until one isn't done.</summary>
    public async Task<ReconciliationResult<TEntity>> RunAsync(TEntity entity, CancellationToken cancellationToken)
    {
        foreach (var (name, finalizer) in _all)
        {
            if (entity.Metadata.Finalizers?.Contains(name) != true)
            {
                continue;
            }

            var result = await finalizer.FinalizeAsync(entity, cancellationToken);
            if (!result.IsSuccess || result.RequeueAfter is not null)
            {
                return result;
            }

            entity = await PatchAsync(
                entity,
                [.. entity.Metadata.Finalizers.Where(other => other != name)],
                cancellationToken
            );
        }

        return ReconciliationResult<TEntity>.Success(entity);
    }

    private Task<TEntity> PatchAsync(TEntity entity, string[] finalizers, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = entity.Metadata.ResourceVersion,
                ["finalizers"] = new JsonArray([.. finalizers.Select(name => JsonValue.Create(name))]),
            },
        };
        return api.PatchAsync<TEntity>(
            entity.Metadata.NamespaceProperty,
            entity.Metadata.Name,
            patch,
            subresource: null,
            cancellationToken
        );
    }
}
