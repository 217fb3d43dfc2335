using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Patching;
using LocalCluster.Schema;

namespace LocalCluster.Writes;

/// <summary>Books who owns which fields after a write that isn't an apply.</summary>
internal static class FieldOwners
{
    public static void Book(
        string manager,
        JsonObject? before,
        JsonObject after,
        ResourceInfo resource,
        string subresource,
        string now
    )
    {
        var managers = ManagedFields.Of(before ?? []);
        managers.Book(
            before,
            after,
            ShapeOf(resource),
            Sections(resource, subresource),
            manager,
            subresource,
            resource.GroupVersion,
            now
        );
        managers.Write(after);
    }

    public static Shape ShapeOf(ResourceInfo resource) => resource.Schema?.Shape ?? BuiltinShape.Root;

    /// <summary>
    /// Says which top-level fields a write speaks for: the status alone, or all but a status that has a way of its own.
    /// </summary>
    public static Func<string, bool> Sections(ResourceInfo resource, string subresource) =>
        subresource == "status" ? field => field == "status" : field => field != "status" || !resource.HasStatus;
}
