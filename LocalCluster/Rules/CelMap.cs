namespace LocalCluster.Rules;

/// <summary>Holds a map: an object of the API, or one that an expression makes.</summary>
internal abstract class CelMap
{
    public abstract IEnumerable<object?> Keys { get; }

    public abstract int Count { get; }

    public abstract bool TryGet(object? key, out object? value);
}
