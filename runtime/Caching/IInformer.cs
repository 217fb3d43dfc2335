using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Runtime.Caching;

/// <summary>Hides the kind of an informer from the host.</summary>
internal interface IInformer
{
    Type EntityType { get; }

    /// <summary>Gets what exists but can't be read as the entity's type.</summary>
    IReadOnlyList<Unreadable> Unreadable { get; }

    /// <summary>Gets how each list and watch does: one, or one for each of several namespaces.</summary>
    IReadOnlyList<ReflectorHealth> Health { get; }

    /// <summary>
    /// Completes with the first complete list; of several namespaces, with each one's list or refusal: those that can't
    /// be read must not keep the others waiting.
    /// </summary>
    Task Synced { get; }

    /// <summary>Subscribes to a namespace's list or watch having turned better or worse.</summary>
    void OnTurn(Action<string> turned);

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
