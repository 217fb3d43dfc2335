using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;
using LocalCluster.Quotas;

namespace LocalCluster.Nodes.Controllers;

/// <summary>
/// Counts what a namespace's objects take of its quotas, as the resource quota controller does: what the API server has
/// charged stays so until this finds that less is there.
/// </summary>
internal sealed class QuotaController(Work work, KubeClient client)
{
    /// <summary>Objects that no watch tells of are counted again after this time.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private static readonly Dictionary<string, Kind> Mirrored = new(StringComparer.Ordinal)
    {
        ["pods"] = Kind.Pod,
        ["jobs.batch"] = Kind.Job,
        ["deployments.apps"] = Kind.Deployment,
        ["replicasets.apps"] = Kind.ReplicaSet,
        ["persistentvolumeclaims"] = Kind.Claim,
        ["resourcequotas"] = Kind.Quota,
    };

    /// <summary>
    /// Bounds how long a charge stands of which no object is seen: the watch of the objects may be behind that of the
    /// quotas. The real controller doesn't look at charges at all before its next round, in five minutes.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>What was counted last, by the quota's uid: the sums, and since when a version says otherwise.</summary>
    private readonly Dictionary<string, (string Sums, string? Version, DateTimeOffset Since)> _counted = new(
        StringComparer.Ordinal
    );

    private readonly Dictionary<string, string?> _versions = new(StringComparer.Ordinal);

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        foreach (var quota in Mirrored.Values.All(work.Mirror.IsListed) ? work.Mirror.All(Kind.Quota).ToList() : [])
        {
            await CountAsync(quota, cancellationToken);
        }
    }

    private async Task CountAsync(JsonObject quota, CancellationToken cancellationToken)
    {
        var ns = quota.Metadata().Text("namespace")!;
        var hard = Amounts.Of(quota.Object("spec").Object("hard"));
        var used = new Amounts();
        foreach (var resource in hard.Names.GroupBy(QuotaUsage.ResourceOf, StringComparer.Ordinal).ToList())
        {
            var sum = new Amounts();
            foreach (var o in await ListAsync(ns, resource.Key, cancellationToken))
            {
                if (QuotaUsage.InScopes(quota, resource.Key, o))
                {
                    sum = sum.Plus(QuotaUsage.Of(resource.Key, o));
                }
            }

            foreach (var name in resource)
            {
                used.Put(name, 0);
                used.Copy(name, sum, name);
            }
        }

        var status = new JsonObject { ["hard"] = hard.ToJson(), ["used"] = used.ToJson() };
        var (uid, sums) = (quota.Metadata().Text("uid")!, used.ToJson().ToJsonString());
        if (JsonNode.DeepEquals(quota["status"], status))
        {
            _counted[uid] = (sums, null, default);
            return;
        }

        if (IsCharge(quota, uid, sums, status["hard"]))
        {
            return;
        }

        try
        {
            await work.PatchAsync(
                Kind.Quota,
                quota,
                "status",
                new JsonObject
                {
                    // What was charged meanwhile isn't to be lost.
                    ["metadata"] = new JsonObject { ["resourceVersion"] = quota.Metadata().Text("resourceVersion") },
                    ["status"] = status,
                },
                cancellationToken
            );
            _counted[uid] = (sums, null, default);
        }
        catch (RefusedException e) when (e.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // The watch brings the newer one.
        }
    }

    /// <summary>Tells whether only the API server's charge differs, of an object that isn't seen yet.</summary>
    private bool IsCharge(JsonObject quota, string uid, string sums, JsonNode? hard)
    {
        if (
            !_counted.TryGetValue(uid, out var last)
            || last.Sums != sums
            || !JsonNode.DeepEquals(quota.Object("status").Object("hard"), hard)
        )
        {
            return false;
        }

        var (version, now) = (quota.Metadata().Text("resourceVersion"), work.Time.GetUtcNow());
        if (last.Version != version)
        {
            _counted[uid] = last = (sums, version, now);
        }

        work.LookAgainAt(last.Since + Grace);
        return now < last.Since + Grace;
    }

    private async Task<IReadOnlyList<JsonObject>> ListAsync(
        string ns,
        string resource,
        CancellationToken cancellationToken
    )
    {
        if (Mirrored.TryGetValue(resource, out var kind))
        {
            return [.. work.Mirror.All(kind).Where(o => o.Metadata().Text("namespace") == ns)];
        }

        work.LookAgainAt(work.Time.GetUtcNow() + Pace);
        var dot = resource.IndexOf('.', StringComparison.Ordinal);
        var (plural, group) = dot < 0 ? (resource, "") : (resource[..dot], resource[(dot + 1)..]);
        if (await VersionAsync(group, cancellationToken) is not { } version)
        {
            return [];
        }

        var path = group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}";
        var (items, _) = await client.ListAsync(new Kind(path, plural).In(ns), cancellationToken);
        return [.. items.OfType<JsonObject>()];
    }

    private async Task<string?> VersionAsync(string group, CancellationToken cancellationToken)
    {
        if (group.Length == 0)
        {
            return "v1";
        }

        if (!_versions.TryGetValue(group, out var version))
        {
            version = (await client.GetAsync($"/apis/{group}", cancellationToken))
                .Object("preferredVersion")
                .Text("version");
            _versions[group] = version;
        }

        return version;
    }
}
