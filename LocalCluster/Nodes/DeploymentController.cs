using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes;

/// <summary>
/// Rolls a Deployment's template out over ReplicaSets, within maxSurge and maxUnavailable, up to its progress deadline;
/// its Available condition stays True with no pod available when maxUnavailable allows that, as recorded.
/// </summary>
internal sealed class DeploymentController(Work work)
{
    private const string Revision = "deployment.kubernetes.io/revision";

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        foreach (var deployment in work.Mirror.All(Kind.Deployment).ToList())
        {
            if (deployment.Metadata()["deletionTimestamp"] is null)
            {
                await OneAsync(deployment, cancellationToken);
            }
        }
    }

    private async Task OneAsync(JsonObject deployment, CancellationToken cancellationToken)
    {
        var spec = deployment.Object("spec")!;
        var sets = work.Mirror.OwnedBy(Kind.ReplicaSet, deployment).ToList();
        var hash = HashOf(spec.Object("template")!);
        var current = sets.Find(s => s.Metadata().Text("name")!.EndsWith("-" + hash, StringComparison.Ordinal));
        if (current is null)
        {
            await CreateSetAsync(deployment, hash, sets, cancellationToken);
            return;
        }

        var others = sets.Where(s => s != current).ToList();
        await ReviseAsync(deployment, current, sets, cancellationToken);
        await ScaleAsync(deployment, current, others, cancellationToken);
        await ReportAsync(deployment, current, others, created: false, cancellationToken);
    }

    private async Task CreateSetAsync(
        JsonObject deployment,
        string hash,
        List<JsonObject> sets,
        CancellationToken cancellationToken
    )
    {
        var (spec, metadata) = (deployment.Object("spec")!, deployment.Metadata());
        var wanted = Number(spec["replicas"], 1);
        var template = spec.Object("template")!.Copy();
        template.Child("metadata").Child("labels")["pod-template-hash"] = hash;
        var selector = spec.Object("selector")!.Copy();
        selector.Child("matchLabels")["pod-template-hash"] = hash;
        var live = sets.Sum(s => Number(s.Object("spec")!["replicas"], 0));
        var set = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{metadata.Text("name")}-{hash}",
                ["namespace"] = metadata.Text("namespace"),
                ["labels"] = template.Object("metadata")!["labels"]!.DeepClone(),
                ["annotations"] = new JsonObject
                {
                    ["deployment.kubernetes.io/desired-replicas"] = wanted.ToString(CultureInfo.InvariantCulture),
                    ["deployment.kubernetes.io/max-replicas"] = (wanted + Surge(spec, wanted)).ToString(
                        CultureInfo.InvariantCulture
                    ),
                    [Revision] = (sets.Select(RevisionOf).DefaultIfEmpty().Max() + 1).ToString(
                        CultureInfo.InvariantCulture
                    ),
                },
                ["ownerReferences"] = Work.OwnerReferences(deployment),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = Math.Clamp(wanted + Surge(spec, wanted) - live, 0, wanted),
                ["selector"] = selector,
                ["template"] = template,
            },
        };
        if (IsRecreate(spec) && live > 0)
        {
            set.Object("spec")!["replicas"] = 0;
        }

        await work.CreateAsync(Kind.ReplicaSet, set, cancellationToken);
        var made = work
            .Mirror.OwnedBy(Kind.ReplicaSet, deployment)
            .First(s => s.Metadata().Text("name") == set.Metadata().Text("name"));
        await ReviseAsync(deployment, made, [.. sets, made], cancellationToken);
        await ReportAsync(deployment, made, sets, created: true, cancellationToken);
    }

    /// <summary>The current set has the highest revision, and the Deployment says so.</summary>
    private async Task ReviseAsync(
        JsonObject deployment,
        JsonObject current,
        List<JsonObject> sets,
        CancellationToken cancellationToken
    )
    {
        var highest = sets.Where(s => s != current).Select(RevisionOf).DefaultIfEmpty().Max();
        var revision = Math.Max(RevisionOf(current), highest + 1).ToString(CultureInfo.InvariantCulture);
        JsonObject patch = new()
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Revision] = revision } },
        };
        await work.PatchAsync(Kind.ReplicaSet, current, null, patch, cancellationToken);
        await work.PatchAsync(Kind.Deployment, deployment, null, patch, cancellationToken);
    }

    private async Task ScaleAsync(
        JsonObject deployment,
        JsonObject current,
        List<JsonObject> others,
        CancellationToken cancellationToken
    )
    {
        var spec = deployment.Object("spec")!;
        var wanted = Number(spec["replicas"], 1);
        if (IsRecreate(spec))
        {
            await SetReplicasAsync(others, 0, cancellationToken);
            var gone = others.TrueForAll(s => !work.Mirror.OwnedBy(Kind.Pod, s).Any());
            await SetReplicasAsync([current], gone ? wanted : 0, cancellationToken);
            return;
        }

        // Up to the surge, in place of pods that are really gone.
        var pods = others
            .Append(current)
            .Sum(s =>
                work.Mirror.OwnedBy(Kind.Pod, s)
                    .Count(p => p.Object("status").Text("phase") is not ("Failed" or "Succeeded"))
            );
        var old = others.Sum(s => Number(s.Object("spec")!["replicas"], 0));
        var mine = Number(current.Object("spec")!["replicas"], 0);
        var room = wanted + Surge(spec, wanted) - Math.Max(pods, old + mine);
        await SetReplicasAsync([current], Math.Clamp(mine + Math.Max(0, room), 0, wanted), cancellationToken);

        // Down as far as enough stay available: pods that aren't go first, but a new one that isn't available yet
        // counts against them. With a surge and no room for it, a Deployment waits here for ever, as a real one does.
        var least = wanted - Unavailable(spec, wanted);
        mine = Number(current.Object("spec")!["replicas"], 0);
        var most = old + mine - least - (mine - Math.Min(mine, Available(current)));
        var spare = others.Append(current).Sum(Available) - least;
        foreach (var set in others.Where(s => Number(s.Object("spec")!["replicas"], 0) > 0))
        {
            var replicas = Number(set.Object("spec")!["replicas"], 0);
            var good = Math.Min(replicas, Available(set));
            var broken = Math.Clamp(replicas - good, 0, Math.Max(0, most));
            var cut = most <= 0 ? 0 : broken + Math.Clamp(spare, 0, good);
            most -= broken;
            spare -= Math.Max(0, cut - broken);
            await SetReplicasAsync([set], replicas - cut, cancellationToken);
        }
    }

    private async Task SetReplicasAsync(IEnumerable<JsonObject> sets, int replicas, CancellationToken cancellationToken)
    {
        foreach (var set in sets)
        {
            await work.PatchAsync(
                Kind.ReplicaSet,
                set,
                null,
                new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } },
                cancellationToken
            );
        }
    }

    private async Task ReportAsync(
        JsonObject deployment,
        JsonObject current,
        List<JsonObject> others,
        bool created,
        CancellationToken cancellationToken
    )
    {
        var spec = deployment.Object("spec")!;
        var (wanted, name) = (Number(spec["replicas"], 1), current.Metadata().Text("name")!);
        var mine = Pods(current);
        var all = mine.Concat(others.SelectMany(Pods)).ToList();
        var available = all.Count(IsAvailable);
        var old = deployment.Object("status") ?? [];
        var conditions = old.Array("conditions")?.DeepClone() as JsonArray ?? [];
        var complete = mine.Count == wanted && all.Count == wanted && mine.Count(IsAvailable) == wanted;
        Progress(conditions, old, spec, name, created, complete, mine.Count, available, all.Count);
        var enough = available >= wanted - Unavailable(spec, wanted);
        Clock.Set(
            conditions,
            "Available",
            enough ? "True" : "False",
            enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
            work.Now,
            ("lastUpdateTime", work.Now)
        );
        KeepUpdateTimes(conditions, old.Array("conditions"));
        await work.PatchAsync(
            Kind.Deployment,
            deployment,
            "status",
            new JsonObject
            {
                ["status"] = new JsonObject
                {
                    ["observedGeneration"] = deployment.Metadata()["generation"]?.DeepClone(),
                    ["replicas"] = OrNull(all.Count),
                    ["updatedReplicas"] = OrNull(mine.Count),
                    ["readyReplicas"] = OrNull(all.Count(ReplicaSetController.IsReady)),
                    ["availableReplicas"] = OrNull(available),
                    ["unavailableReplicas"] = OrNull(Math.Max(0, wanted - available)),
                    ["terminatingReplicas"] = 0,
                    ["conditions"] = conditions,
                },
            },
            cancellationToken
        );
    }

    private void Progress(
        JsonArray conditions,
        JsonObject old,
        JsonObject spec,
        string set,
        bool created,
        bool complete,
        int updated,
        int available,
        int total
    )
    {
        var before = conditions.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == "Progressing");
        var moved =
            Number(old["updatedReplicas"], 0) != updated
            || Number(old["availableReplicas"], 0) != available
            || Number(old["replicas"], 0) != total;
        if (created)
        {
            Set("True", "NewReplicaSetCreated", $"Created new replica set \"{set}\"");
        }
        else if (complete)
        {
            Set("True", "NewReplicaSetAvailable", $"ReplicaSet \"{set}\" has successfully progressed.");
        }
        else if (
            before is null
            || (moved && before.Text("reason") != "ProgressDeadlineExceeded")
            || (moved && updated > 0)
            || before.Text("reason") == "NewReplicaSetAvailable"
        )
        {
            Set("True", "ReplicaSetUpdated", $"ReplicaSet \"{set}\" is progressing.");
        }
        else if (before.Text("reason") != "ProgressDeadlineExceeded" && before["lastUpdateTime"].Time() is { } since)
        {
            var deadline = since.AddSeconds(Number(spec["progressDeadlineSeconds"], 600));
            if (work.Time.GetUtcNow() >= deadline)
            {
                Set("False", "ProgressDeadlineExceeded", $"ReplicaSet \"{set}\" has timed out progressing.");
            }
            else
            {
                work.LookAgainAt(deadline);
            }
        }

        void Set(string status, string reason, string message) =>
            Clock.Set(
                conditions,
                "Progressing",
                status,
                reason,
                message,
                work.Now,
                (
                    "lastUpdateTime",
                    moved || before.Text("reason") != reason ? work.Now : before.Text("lastUpdateTime") ?? work.Now
                )
            );
    }

    /// <summary>A condition that says the same as before was not updated.</summary>
    private static void KeepUpdateTimes(JsonArray conditions, JsonArray? before)
    {
        foreach (var condition in conditions.OfType<JsonObject>().Where(c => c.Text("type") == "Available"))
        {
            var same = before
                ?.OfType<JsonObject>()
                .FirstOrDefault(c => c.Text("type") == "Available" && c.Text("reason") == condition.Text("reason"));
            if (same is not null)
            {
                condition["lastUpdateTime"] = same.Text("lastUpdateTime");
            }
        }
    }

    private List<JsonObject> Pods(JsonObject set) =>
        [
            .. work
                .Mirror.OwnedBy(Kind.Pod, set)
                .Where(p =>
                    p.Metadata()["deletionTimestamp"] is null
                    && p.Object("status").Text("phase") is not ("Failed" or "Succeeded")
                ),
        ];

    private int Available(JsonObject set) => work.Mirror.OwnedBy(Kind.Pod, set).Count(IsAvailable);

    private static bool IsAvailable(JsonObject pod) =>
        pod.Metadata()["deletionTimestamp"] is null && ReplicaSetController.IsReady(pod);

    private static bool IsRecreate(JsonObject spec) => spec.Object("strategy").Text("type") == "Recreate";

    private static int Surge(JsonObject spec, int wanted) => Bound(spec, "maxSurge", wanted, up: true);

    private static int Unavailable(JsonObject spec, int wanted) =>
        IsRecreate(spec) ? wanted : Bound(spec, "maxUnavailable", wanted, up: false);

    private static int Bound(JsonObject spec, string field, int wanted, bool up)
    {
        var value = spec.Object("strategy").Object("rollingUpdate")?[field];
        if (value.Text() is { } percent && percent.EndsWith('%'))
        {
            var exact = wanted * int.Parse(percent[..^1], CultureInfo.InvariantCulture) / 100.0;
            return (int)(up ? Math.Ceiling(exact) : Math.Floor(exact));
        }

        return Number(value, 0);
    }

    private static int RevisionOf(JsonObject set) =>
        int.TryParse(
            set.Metadata().Object("annotations").Text(Revision),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var revision
        )
            ? revision
            : 0;

    private static string HashOf(JsonObject template) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(template.ToJsonString())))[..10];

    private static int Number(JsonNode? node, int fallback) => (int)(node.Number() ?? fallback);

    private static JsonNode? OrNull(int count) => count > 0 ? count : null;
}
