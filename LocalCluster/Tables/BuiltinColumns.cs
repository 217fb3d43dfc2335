using System.Collections.Frozen;
using LocalCluster.Discovery;

namespace LocalCluster.Tables;

/// <summary>Finds the columns of built-in kinds; those that have none of their own show name and age.</summary>
internal static class BuiltinColumns
{
    private static readonly FrozenDictionary<string, IReadOnlyList<Column>> ByKey = WorkloadColumns
        .All.Concat(ObjectColumns.All)
        .Concat(ClusterColumns.All)
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns a kind's columns; null for custom resources.</summary>
    public static IReadOnlyList<Column>? For(ResourceInfo resource) =>
        resource.IsCustom ? null : ByKey.GetValueOrDefault(resource.Key) ?? [TableWriter.Name, Cells.Age];
}
