using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Hooks;
using LocalCluster.Json;
using LocalCluster.Quotas;
using LocalCluster.Storage;

namespace LocalCluster.Writes;

/// <summary>
/// Charges new objects to the quotas of their namespace, as the ResourceQuota plugin does: by the status that a quota
/// controller wrote, and not before there is one. Updates aren't charged. Call under the store's lock.
/// </summary>
internal sealed class QuotaAdmission(ObjectStore store)
{
    private const string Key = "resourcequotas";

    /// <exception cref="Errors.ApiException">A quota doesn't allow it (403).</exception>
    public void Charge(ResourceInfo resource, string ns, JsonObject json, bool isDryRun)
    {
        var charged = new List<JsonObject>();
        foreach (var stored in store.List(Key, ns).Objects)
        {
            if (ChargeTo(stored, resource, json) is { } quota)
            {
                charged.Add(quota);
            }
        }

        foreach (var quota in isDryRun ? [] : charged)
        {
            store.Put(Key, quota);
        }
    }

    private static JsonObject? ChargeTo(StoredObject stored, ResourceInfo resource, JsonObject json)
    {
        var status = stored.Json.Object("status");
        var (hard, used) = (Amounts.Of(status.Object("hard")), Amounts.Of(status.Object("used")));
        var counted = hard.Names.Where(n => QuotaUsage.ResourceOf(n) == resource.Key).ToList();
        if (counted.Count == 0 || !QuotaUsage.InScopes(stored.Json, resource.Key, json))
        {
            return null;
        }

        if (resource.Key == "pods" && QuotaUsage.Missing(counted, json.Object("spec")) is { } missing)
        {
            throw AdmissionAttributes.Forbidden(resource, "", json, $"failed quota: {stored.Name}: {missing}");
        }

        if (counted.Exists(n => !used.Has(n)))
        {
            throw AdmissionAttributes.Forbidden(
                resource,
                "",
                json,
                $"status unknown for quota: {stored.Name}, resources: {string.Join(",", counted)}"
            );
        }

        var asked = QuotaUsage.Of(resource.Key, json).Only(counted);
        var sum = used.Plus(asked);
        var exceeded = asked.Names.Where(n => asked[n] > 0 && sum[n] > hard[n]).ToList();
        if (exceeded.Count > 0)
        {
            throw AdmissionAttributes.Forbidden(
                resource,
                "",
                json,
                $"exceeded quota: {stored.Name}, requested: {asked.Only(exceeded)}, used: {used.Only(exceeded)}, "
                    + $"limited: {hard.Only(exceeded)}"
            );
        }

        var charged = stored.Copy();
        charged.Child("status")["used"] = sum.ToJson();
        return charged;
    }
}
