using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Runtime.Caching;

/// <summary>Hides the kind of an informer from the host.</summary>
internal interface IInformer
{
    Type EntityType { get; }

    /// <summary>Gets what exists but can't be read as the entity's type.</summary>
    IReadOnlyList<Unreadable> Unreadable { get; }

    ReflectorHealth Health { get; }

    /// <summary>Completes with the first complete list.</summary>
    Task Synced { get; }

    /// <summary>Subscribes to progress: told after an object's change has reached all subscribers.</summary>
    void OnProgress(Action<Type, ObjectKey> progressed);

    /// <summary>
    /// Returns true when the cache is not behind a write that returned this version; a null version asks for a
    /// deletion.
    /// </summary>
    bool HasSeen(ObjectKey key, string? resourceVersion);

    /// <summary>Runs until cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
