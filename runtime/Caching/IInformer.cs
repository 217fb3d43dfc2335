using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Runtime.Caching;

/// <summary>What the host needs of an informer, whatever its kind.</summary>
internal interface IInformer
{
    Type EntityType { get; }

    /// <summary>What exists but can't be read as the entity's type.</summary>
    IReadOnlyList<Unreadable> Unreadable { get; }

    ReflectorHealth Health { get; }

    /// <summary>Completes with the first complete list.</summary>
    Task Synced { get; }

    /// <summary>Called after an object's change has reached all subscribers.</summary>
    void OnProgress(Action<Type, ObjectKey> progressed);

    /// <summary>True when the cache is not behind a write that returned this version; null: a deletion.</summary>
    bool HasSeen(ObjectKey key, string? resourceVersion);

    /// <summary>Runs until cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
