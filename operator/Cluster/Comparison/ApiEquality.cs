using System.Collections;
using k8s.Models;

namespace GemmaOperator.Cluster.Comparison;

/// <summary>Compares values of the API's types by what the API would store.</summary>
internal static class ApiEquality
{
    /// <summary>
    /// Decides whether two are the same in every field, list item and map entry; times to the second, quantities
    /// however they are written.
    /// </summary>
    public static bool Same(object? a, object? b) =>
        (a, b) switch
        {
            _ when ReferenceEquals(a, b) => true,
            (null, _) or (_, null) => false,
            (string x, string y) => x == y,
            (IDictionary x, IDictionary y) => SameMap(x, y),
            (IList x, IList y) => SameList(x, y),
            (string, _) or (_, string) => false,
            (IEnumerable x, IEnumerable y) => SameList(x.Cast<object?>().ToList(), y.Cast<object?>().ToList()),
            _ when a.GetType() == b.GetType() && ApiField.AllOf(a.GetType()) is { } fields => SameFields(fields, a, b),
            _ => SameScalar(a, b),
        };

    /// <summary>Decides whether two are the same text, number, time or quantity.</summary>
    public static bool SameScalar(object a, object b) =>
        (a, b) switch
        {
            (ResourceQuantity x, ResourceQuantity y) => SameQuantity(x, y),
            (IntOrString x, IntOrString y) => x.Value == y.Value,
            (DateTime x, DateTime y) => x.Ticks / TimeSpan.TicksPerSecond == y.Ticks / TimeSpan.TicksPerSecond,
            _ => a.Equals(b),
        };

    private static bool SameFields(ApiField[] fields, object a, object b)
    {
        foreach (var field in fields)
        {
            if (!Same(field.Of(a), field.Of(b)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameList(IList a, IList b)
    {
        for (var i = 0; i < a.Count && i < b.Count; i++)
        {
            if (!Same(a[i], b[i]))
            {
                return false;
            }
        }

        return a.Count == b.Count;
    }

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
