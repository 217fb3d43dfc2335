using System.Collections;
using k8s.Models;

namespace GemmaOperator.Api;

/// <summary>Compares values of the API's types by what the API would store.</summary>
internal static class KubeValue
{
    /// <summary>The same in every field, list item and map entry; times to the second, quantities however they are written.</summary>
    public static bool Same(object? a, object? b) => (a, b) switch
    {
        _ when ReferenceEquals(a, b) => true,
        (null, _) or (_, null) => false,
        (IDictionary x, IDictionary y) => SameMap(x, y),
        (IList x, IList y) => x.Count == y.Count && Enumerable.Range(0, x.Count).All(i => Same(x[i], y[i])),
        _ when a.GetType() == b.GetType() && KubeField.AllOf(a.GetType()) is { } fields => fields.All(f => Same(f.Of(a), f.Of(b))),
        _ => SameScalar(a, b),
    };

    /// <summary>The same text, number, time or quantity.</summary>
    public static bool SameScalar(object a, object b) => (a, b) switch
    {
        (ResourceQuantity x, ResourceQuantity y) => SameQuantity(x, y),
        (IntOrString x, IntOrString y) => x.Value == y.Value,
        (DateTime x, DateTime y) => x.Ticks / TimeSpan.TicksPerSecond == y.Ticks / TimeSpan.TicksPerSecond,
        _ => a.Equals(b),
    };

    private static bool SameMap(IDictionary a, IDictionary b)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        foreach (DictionaryEntry entry in a)
        {
            if (!b.Contains(entry.Key) || !Same(entry.Value, b[entry.Key]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The server writes 1024Mi as 1Gi.</summary>
    private static bool SameQuantity(ResourceQuantity a, ResourceQuantity b)
    {
        try
        {
            return a.ToDecimal() == b.ToDecimal();
        }
        catch (OverflowException)
        {
            // More than any resource has, and refused in a spec.
            return false;
        }
    }
}
