using System.Collections.Concurrent;
using System.Diagnostics;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Contracts;

namespace Benchmarks.Fleet;

/// <summary>
/// Watches as a user does: when the first status about each generation came into sight, and who is ready.
/// </summary>
internal sealed class StatusWatch : IEntityController<GemmaBaseImage>
{
    /// <summary>Gets when each came into sight, in <see cref="Stopwatch"/> ticks.</summary>
    public ConcurrentDictionary<(string Name, long Generation), long> Seen { get; } = new();

    /// <summary>Gets the generation that each image was last seen to be ready at.</summary>
    public ConcurrentDictionary<string, long> ReadyAt { get; } = new(StringComparer.Ordinal);

    public Task<ReconciliationResult<GemmaBaseImage>> ReconcileAsync(
        GemmaBaseImage entity,
        CancellationToken cancellationToken
    )
    {
        var now = Stopwatch.GetTimestamp();
        if (entity.Status?.ObservedGeneration is { } generation)
        {
            Seen.TryAdd((entity.Metadata.Name, generation), now);
            if (entity.Status.Conditions.Any(c => c is { Type: ConditionType.Ready, Status: "True" }))
            {
                ReadyAt[entity.Metadata.Name] = generation;
            }
        }

        return DeletedAsync(entity, cancellationToken);
    }

    public Task<ReconciliationResult<GemmaBaseImage>> DeletedAsync(
        GemmaBaseImage entity,
        CancellationToken cancellationToken
    ) => Task.FromResult(ReconciliationResult<GemmaBaseImage>.Success(entity));
}
