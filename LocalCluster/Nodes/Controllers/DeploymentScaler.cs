using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Controllers;

/// <summary>
/// Moves a Deployment's pods from its old ReplicaSets to the current one, within its strategy's bounds.
/// </summary>
internal sealed class DeploymentScaler(Work work)
{
    /// <summary>Scales as far as may be now; later passes go on.</summary>
    public async Task ScaleAsync(
        JsonObject deployment,
        JsonObject current,
        List<JsonObject> others,
        CancellationToken cancellationToken
    )
    {
        var spec = deployment.Object("spec")!;
        var wanted = RolloutStrategy.Replicas(spec);
        if (RolloutStrategy.IsRecreate(spec))
        {
            await SetReplicasAsync(deployment, others, 0, cancellationToken);
            var gone = others.TrueForAll(s => !work.Mirror.OwnedBy(Kind.Pod, s).Any());
            await SetReplicasAsync(deployment, [current], gone ? wanted : 0, cancellationToken);
            return;
        }

        // Up to the surge, in place of pods that are really gone.
        var pods = others
            .Append(current)
            .Sum(s =>
                work.Mirror.OwnedBy(Kind.Pod, s)
                    .Count(p => p.Object("status").Text("phase") is not ("Failed" or "Succeeded"))
            );
        var old = others.Sum(s => Replicas(s));
        var mine = Replicas(current);
        var room = wanted + RolloutStrategy.Surge(spec, wanted) - Math.Max(pods, old + mine);
        await SetReplicasAsync(
            deployment,
            [current],
            Math.Clamp(mine + Math.Max(0, room), 0, wanted),
            cancellationToken
        );

        // Down as far as enough stay available: pods that aren't go first, but a new one that isn't available yet
        // counts against them. With a surge and no room for it, a Deployment waits here for ever, as a real one does.
        var least = wanted - RolloutStrategy.Unavailable(spec, wanted);
        mine = Replicas(current);
        var most = old + mine - least - (mine - Math.Min(mine, Available(current)));
        var spare = others.Append(current).Sum(Available) - least;
        foreach (var set in others.Where(s => Replicas(s) > 0))
        {
            var replicas = Replicas(set);
            var good = Math.Min(replicas, Available(set));
            var broken = Math.Clamp(replicas - good, 0, Math.Max(0, most));
            var cut = most <= 0 ? 0 : broken + Math.Clamp(spare, 0, good);
            most -= broken;
            spare -= Math.Max(0, cut - broken);
            await SetReplicasAsync(deployment, [set], replicas - cut, cancellationToken);
        }
    }

    private async Task SetReplicasAsync(
        JsonObject deployment,
        IEnumerable<JsonObject> sets,
        int replicas,
        CancellationToken cancellationToken
    )
    {
        foreach (var set in sets)
        {
            var before = Replicas(set);
            await work.PatchAsync(
                Kind.ReplicaSet,
                set,
                null,
                new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } },
                cancellationToken
            );
            if (before != replicas)
            {
                await TellAsync(work, deployment, set, before, replicas, cancellationToken);
            }
        }
    }

    /// <summary>Tells of a ReplicaSet that has been scaled.</summary>
    public static Task TellAsync(
        Work work,
        JsonObject deployment,
        JsonObject set,
        int before,
        int replicas,
        CancellationToken cancellationToken
    )
    {
        var direction = replicas > before ? "up" : "down";
        return work.EventAsync(
            deployment,
            "Normal",
            "ScalingReplicaSet",
            $"Scaled {direction} replica set {set.Metadata().Text("name")} from {before} to {replicas}",
            "deployment-controller",
            cancellationToken
        );
    }

    private int Available(JsonObject set) => work.Mirror.OwnedBy(Kind.Pod, set).Count(OwnedPods.IsAvailable);

    private static int Replicas(JsonObject set) => (int)(set.Object("spec")!["replicas"].Number() ?? 0);
}
