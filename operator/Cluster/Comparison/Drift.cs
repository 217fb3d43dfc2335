using System.Collections;
using System.Collections.Concurrent;
using k8s.Models;

namespace GemmaOperator.Cluster.Comparison;

/// <summary>
/// Decides whether a live object still says what we want of it. Fields we don't state (defaults, other managers'
/// fields, list
/// items of theirs) are none of our business; fields we state are compared by value, quantities included.
/// </summary>
internal static class Drift
{
    private static readonly string[] MergeKeys = ["name", "mountPath", "containerPort", "uid"];

    private static readonly ConcurrentDictionary<Type, ApiField[]> KeyFields = new();

    /// <summary>
    /// Returns the path of the first difference, empty when they differ as a whole; null when there is none.
    /// </summary>
    public static string? Between(object? desired, object? live)
    {
        var found = new Found(1);
        Compare(desired, live, found);
        return found.All.Count > 0 ? found.All[0].Path : null;
    }

    /// <summary>Returns the first differences, at most <paramref name="most"/>.</summary>
    public static IReadOnlyList<Difference> All(object? desired, object? live, int most = 50)
    {
        var found = new Found(most);
        Compare(desired, live, found);
        return found.All;
    }

    private static void Compare(object? desired, object? live, Found found)
    {
        switch (desired, live)
        {
            case (null, _):
                break;
            case (_, null):
                found.Add(desired, live);
                break;
            case (string wanted, string there):
                found.AddUnless(wanted == there, desired, live);
                break;
            case (IDictionary wanted, IDictionary there):
                CompareMaps(wanted, there, found);
                break;
            case (IList<V1Toleration> wanted, IList<V1Toleration> there):
                found.AddUnless(wanted.All(w => there.Any(t => Between(w, t) is null)), desired, live);
                break;
            case (IList wanted, IList there):
                CompareLists(wanted, there, found);
                break;
            default:
                if (desired.GetType() == live.GetType() && ApiField.AllOf(desired.GetType()) is { } fields)
                {
                    CompareObjects(fields, desired, live, found);
                }
                else
                {
                    found.AddUnless(ApiEquality.SameScalar(desired, live), desired, live);
                }

                break;
        }
    }

    private static void CompareObjects(ApiField[] fields, object desired, object live, Found found)
    {
        foreach (var field in fields)
        {
            if (found.IsFull)
            {
                return;
            }

            if (field.Of(desired) is { } wanted)
            {
                var from = found.All.Count;
                Compare(wanted, field.Of(live), found);
                if (found.All.Count > from)
                {
                    found.Below(from, $".{field.Name}");
                }
            }
        }
    }

    private static void CompareMaps(IDictionary desired, IDictionary live, Found found)
    {
        foreach (DictionaryEntry wanted in desired)
        {
            if (found.IsFull)
            {
                return;
            }

            var from = found.All.Count;
            Compare(wanted.Value, live[wanted.Key], found);
            if (found.All.Count > from)
            {
                found.Below(from, $".{wanted.Key}");
            }
        }
    }

    private static void CompareLists(IList desired, IList live, Found found)
    {
        if (KeyOf(desired) is { } key)
        {
            CompareKeyed(desired, live, key, found);
            return;
        }

        if (desired.Count != live.Count)
        {
            found.Add(desired, live);
            return;
        }

        for (var i = 0; i < desired.Count && !found.IsFull; i++)
        {
            var from = found.All.Count;
            Compare(desired[i], live[i], found);
            if (found.All.Count > from)
            {
                found.Below(from, $"[{i}]");
            }
        }
    }

    private static void CompareKeyed(IList desired, IList live, ApiField key, Found found)
    {
        foreach (var item in desired)
        {
            if (found.IsFull)
            {
                return;
            }

            var (from, name) = (found.All.Count, key.Of(item!)!);
            Compare(item, Find(live, key, name), found);
            if (found.All.Count > from)
            {
                found.Below(from, $"[{key.Name}={name}]");
            }
        }
    }

    /// <summary>
    /// Returns the merge key of a list map, by the names that built-in types use; null when its items are known by
    /// their place.
    /// </summary>
    private static ApiField? KeyOf(IList items)
    {
        if (items.Count == 0 || items[0] is not { } first)
        {
            return null;
        }

        foreach (var key in KeyFields.GetOrAdd(first.GetType(), KeyFieldsOf))
        {
            if (AllHave(items, key) && AreDistinct(items, key))
            {
                return key;
            }
        }

        return null;
    }

    private static ApiField[] KeyFieldsOf(Type type) =>
        ApiField.AllOf(type) is { } fields
            ? [.. MergeKeys.Select(key => Array.Find(fields, f => f.Name == key)).OfType<ApiField>()]
            : [];

    /// <summary>One Gateway may stand twice in a route, with another listener.</summary>
    private static bool AreDistinct(IList items, ApiField key)
    {
        for (var i = 1; i < items.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (Equals(key.Of(items[i]!), key.Of(items[j]!)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool AllHave(IList items, ApiField key)
    {
        foreach (var item in items)
        {
            if (item is null || key.Of(item) is null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns the item of that name; null when there is none.</summary>
    private static object? Find(IList items, ApiField key, object name)
    {
        foreach (var item in items)
        {
            if (item is not null && name.Equals(key.Of(item)))
            {
                return item;
            }
        }

        return null;
    }

    /// <summary>Collects differences, up to a number; paths grow from their end, and only where there is one.</summary>
    private sealed class Found(int most)
    {
        public List<Difference> All { get; } = [];

        public bool IsFull => All.Count >= most;

        public void Add(object? asked, object? stands) => All.Add(new Difference("", asked, stands));

        public void AddUnless(bool isSame, object? asked, object? stands)
        {
            if (!isSame)
            {
                Add(asked, stands);
            }
        }

        /// <summary>Puts those that were found from there on below a field.</summary>
        public void Below(int from, string parent)
        {
            for (var i = from; i < All.Count; i++)
            {
                All[i] = All[i].Below(parent);
            }
        }
    }
}
