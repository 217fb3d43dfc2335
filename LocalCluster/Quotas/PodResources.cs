using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Quotas;

/// <summary>Sums what a pod asks for, as schedulers, quotas and limit ranges count it.</summary>
internal static class PodResources
{
    public static Amounts Requests(JsonObject? spec) => Sum(spec, "requests");

    public static Amounts Limits(JsonObject? spec) => Sum(spec, "limits");

    /// <summary>
    /// Adds the containers and the sidecars; an init container counts where it needs more than what runs beside it.
    /// </summary>
    private static Amounts Sum(JsonObject? spec, string list)
    {
        var sum = new Amounts();
        foreach (var container in Containers(spec, "containers"))
        {
            sum = sum.Plus(Of(container, list));
        }

        var (beside, most) = (new Amounts(), new Amounts());
        foreach (var container in Containers(spec, "initContainers"))
        {
            var own = Of(container, list);
            if (container.Text("restartPolicy") == "Always")
            {
                sum = sum.Plus(own);
                beside = beside.Plus(own);
                most = most.Most(beside);
            }
            else
            {
                most = most.Most(beside.Plus(own));
            }
        }

        sum = sum.Most(most);
        var overhead = Amounts.Of(spec.Object("overhead"));
        return list == "requests" ? sum.Plus(overhead) : sum.Plus(overhead.Only(sum.Names));
    }

    public static IEnumerable<JsonObject> Containers(JsonObject? spec, string list) =>
        (spec.Array(list) ?? []).OfType<JsonObject>();

    private static Amounts Of(JsonObject container, string list) =>
        Amounts.Of(container.Object("resources").Object(list));
}
