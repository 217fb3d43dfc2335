namespace LocalCluster.Rules;

/// <summary>Holds a map that an expression makes.</summary>
internal sealed class MadeMap(IReadOnlyList<(object? Key, object? Value)> entries) : CelMap
{
    public override IEnumerable<object?> Keys => entries.Select(e => e.Key);

    public override int Count => entries.Count;

    public override bool TryGet(object? key, out object? value)
    {
        foreach (var entry in entries)
        {
            if (CelValues.AreEqual(entry.Key, key))
            {
                value = entry.Value;
                return true;
            }
        }

        value = null;
        return false;
    }
}
