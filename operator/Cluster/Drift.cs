using System.Collections;
using System.Collections.Concurrent;

namespace GemmaOperator.Cluster;

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
    public static string? Between(object? desired, object? live) =>
        (desired, live) switch
        {
            (null, _) => null,
            (_, null) => "",
            (string wanted, string there) => wanted == there ? null : "",
            (IDictionary wanted, IDictionary there) => BetweenMaps(wanted, there),
            (IList wanted, IList there) => BetweenLists(wanted, there),
            _ when desired.GetType() == live.GetType() && ApiField.AllOf(desired.GetType()) is { } fields =>
                BetweenObjects(fields, desired, live),
            _ => ApiEquality.SameScalar(desired, live) ? null : "",
        };

    private static string? BetweenObjects(ApiField[] fields, object desired, object live)
    {
        foreach (var field in fields)
        {
            if (field.Of(desired) is { } wanted && Between(wanted, field.Of(live)) is { } difference)
            {
                return $".{field.Name}{difference}";
            }
        }

        return null;
    }

    private static string? BetweenMaps(IDictionary desired, IDictionary live)
    {
        foreach (DictionaryEntry wanted in desired)
        {
            if (Between(wanted.Value, live[wanted.Key]) is { } difference)
            {
                return $".{wanted.Key}{difference}";
            }
        }

        return null;
    }

    private static string? BetweenLists(IList desired, IList live)
    {
        if (KeyOf(desired) is { } key)
        {
            return BetweenKeyed(desired, live, key);
        }

        if (desired.Count != live.Count)
        {
            return "";
        }

        for (var i = 0; i < desired.Count; i++)
        {
            if (Between(desired[i], live[i]) is { } difference)
            {
                return $"[{i}]{difference}";
            }
        }

        return null;
    }

    private static string? BetweenKeyed(IList desired, IList live, ApiField key)
    {
        foreach (var item in desired)
        {
            var name = key.Of(item!)!;
            if (Between(item, Find(live, key, name)) is { } difference)
            {
                return $"[{key.Name}={name}]{difference}";
            }
        }

        return null;
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
            if (AllHave(items, key))
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
}
