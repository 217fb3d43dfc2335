using System.Collections.Concurrent;
using System.Diagnostics;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace Benchmarks;

/// <summary>
/// Makes the writes of one phase change and nothing else: one apply of a changed child, one apply of the status. What
/// the product's reconcilers do between reading and writing isn't the runtime's.
/// </summary>
internal sealed class ChildAndStatus(IKubeApi api, IIndexer<V1ConfigMap> children) : IEntityController<GemmaBaseImage>
{
    public const string Label = "gemmaoperator.io/benchmark";

    private int _reconciles;
    private int _writes;

    public int Reconciles => Volatile.Read(ref _reconciles);

    public int Writes => Volatile.Read(ref _writes);

    /// <summary>Gets when the status of (name, jitterSeconds) was written: <see cref="Stopwatch"/> ticks.</summary>
    public ConcurrentDictionary<(string Name, int Value), long> Done { get; } = new();

    public async Task<ReconciliationResult<GemmaBaseImage>> ReconcileAsync(
        GemmaBaseImage entity,
        CancellationToken cancellationToken
    )
    {
        var (ns, name, value) = (entity.Metadata.NamespaceProperty, entity.Metadata.Name, entity.Spec!.JitterSeconds);
        if (children.Get(ns, name)?.Data?["value"] != $"{value}")
        {
            Interlocked.Increment(ref _writes);
            await api.ApplyAsync(Child(entity, value), cancellationToken);
        }

        if (entity.Status?.ObservedGeneration != entity.Metadata.Generation)
        {
            Interlocked.Increment(ref _writes);
            await api.ApplyStatusAsync(Status(entity), cancellationToken);
            Done[(name, value)] = Stopwatch.GetTimestamp();
        }

        Interlocked.Increment(ref _reconciles);
        return ReconciliationResult<GemmaBaseImage>.Success(entity);
    }

    public Task<ReconciliationResult<GemmaBaseImage>> DeletedAsync(
        GemmaBaseImage entity,
        CancellationToken cancellationToken
    ) => Task.FromResult(ReconciliationResult<GemmaBaseImage>.Success(entity));

    private static GemmaBaseImage Status(GemmaBaseImage entity) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                NamespaceProperty = entity.Metadata.NamespaceProperty,
                Name = entity.Metadata.Name,
            },
            Status = new GemmaBaseImageStatus
            {
                ObservedGeneration = entity.Metadata.Generation,
                Conditions =
                [
                    new V1Condition
                    {
                        Type = ConditionType.Ready,
                        Status = "False",
                        Reason = "BuildPending",
                        Message = "",
                        LastTransitionTime = entity.Metadata.CreationTimestamp!.Value,
                    },
                ],
            },
        };

    private static V1ConfigMap Child(GemmaBaseImage owner, int value) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                NamespaceProperty = owner.Metadata.NamespaceProperty,
                Name = owner.Metadata.Name,
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Label] = "child" },
                OwnerReferences =
                [
                    new V1OwnerReference
                    {
                        ApiVersion = owner.ApiVersion,
                        Kind = owner.Kind,
                        Name = owner.Metadata.Name,
                        Uid = owner.Metadata.Uid,
                        Controller = true,
                    },
                ],
            },
            Data = new Dictionary<string, string>(StringComparer.Ordinal) { ["value"] = $"{value}" },
        };
}
