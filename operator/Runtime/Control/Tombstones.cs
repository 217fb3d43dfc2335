using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Control;

/// <summary>Last states of entities that are gone and whose end hasn't been dealt with.</summary>
internal sealed class Tombstones<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, List<TEntity>> _gone = [];

    public void Add(ObjectKey key, TEntity last)
    {
        lock (_gate)
        {
            if (!_gone.TryGetValue(key, out var states))
            {
                _gone.Add(key, states = []);
            }

            states.Add(last);
        }
    }

    /// <summary>Oldest first; several when a name was used again in the meantime.</summary>
    public IReadOnlyList<TEntity> Of(ObjectKey key)
    {
        lock (_gate)
        {
            return _gone.TryGetValue(key, out var states) ? [.. states] : [];
        }
    }

    public void Remove(ObjectKey key, TEntity last)
    {
        lock (_gate)
        {
            if (_gone.TryGetValue(key, out var states) && states.Remove(last) && states.Count == 0)
            {
                _gone.Remove(key);
            }
        }
    }
}
