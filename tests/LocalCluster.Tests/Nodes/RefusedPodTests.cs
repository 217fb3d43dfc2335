using System.Text.Json.Nodes;
using LocalCluster.Nodes;
using LocalCluster.Tests.Worlds;

namespace LocalCluster.Tests.Nodes;

/// <summary>Pods that a kubelet doesn't take, that a volume holds up, and whose node is silent.</summary>
public sealed class RefusedPodTests
{
    private const string Pods = "/api/v1/namespaces/t/pods";
    private const string Claims = "/api/v1/namespaces/t/persistentvolumeclaims";
    private const string Nodes = "/api/v1/nodes";

    private static NodeOptions Options =>
        new()
        {
            Runner = new PlainRunner(),
            Step = TimeSpan.FromMilliseconds(1),
            Gpus = [1, 1],
        };

    [Test]
    public async Task A_pod_that_the_kubelet_refuses_has_failed_and_the_next_is_made()
    {
        var refusals = 0;
        await using var world = await SmallWorld.StartAsync(
            Options with
            {
                Refuses = _ =>
                    Interlocked.Increment(ref refusals) == 1
                        ? new PodRefusal("UnexpectedAdmissionError", "Allocate failed due to no device")
                        : null,
            }
        );
        await world.CreateAsync(
            "/apis/apps/v1/namespaces/t/deployments",
            """
            {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"d"}},"template":
             {"metadata":{"labels":{"a":"d"}},"spec":{"containers":[{"name":"c","image":"x:1"}]}}}}
            """
        );
        await world.UntilAsync(
            "/apis/apps/v1/namespaces/t/deployments",
            "d",
            d => (int?)d["status"]?["availableReplicas"] == 1
        );
        var pods = (await world.GetAsync(Pods))["items"]!.AsArray();
        var refused = pods.Single(p => (string?)p!["status"]!["phase"] == "Failed")!["status"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pods, Has.Count.EqualTo(2));
            Assert.That((string?)refused["reason"], Is.EqualTo("UnexpectedAdmissionError"));
            Assert.That((string?)refused["message"], Is.EqualTo("Pod was rejected: Allocate failed due to no device"));
            Assert.That(refused["containerStatuses"], Is.Null);
            Assert.That(refused["conditions"], Is.Null);
        }
    }

    [Test]
    public async Task A_job_whose_pod_the_kubelet_refuses_counts_it_and_makes_the_next()
    {
        var refusals = 0;
        await using var world = await SmallWorld.StartAsync(
            Options with
            {
                Refuses = _ =>
                    Interlocked.Increment(ref refusals) == 1
                        ? new PodRefusal("OutOfcpu", "Node didn't have enough resource: cpu")
                        : null,
            }
        );
        await world.CreateAsync(
            "/apis/batch/v1/namespaces/t/jobs",
            """
            {"metadata":{"name":"j"},"spec":{"template":{"spec":{"restartPolicy":"Never",
             "containers":[{"name":"c","image":"x:1"}]}}}}
            """
        );
        var done = await world.UntilAsync(
            "/apis/batch/v1/namespaces/t/jobs",
            "j",
            j => (int?)j["status"]?["succeeded"] == 1
        );
        Assert.That(((await world.GetAsync(Pods))["items"]!).AsArray(), Has.Count.EqualTo(2), done.ToJsonString());
    }

    [Test]
    public async Task A_volume_for_one_node_is_not_attached_to_another_while_a_pod_has_it()
    {
        await using var world = await SmallWorld.StartAsync(Options);
        await world.CreateAsync(
            "/apis/storage.k8s.io/v1/storageclasses",
            """{"metadata":{"name":"fast"},"provisioner":"disk.example","volumeBindingMode":"Immediate"}"""
        );
        await world.CreateAsync(
            Claims,
            """
            {"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"fast",
             "resources":{"requests":{"storage":"1Gi"}} }}
            """
        );
        await world.CreateAsync(Pods, Pod("first", "node-0"));
        await world.UntilAsync(Pods, "first", IsRunning);
        await world.CreateAsync(Pods, Pod("beside", "node-0"));
        await world.UntilAsync(Pods, "beside", IsRunning);
        await world.SendAsync(HttpMethod.Delete, $"{Pods}/beside", null);
        await world.GoneAsync(Pods, "beside");
        await world.CreateAsync(Pods, Pod("second", "node-1"));
        var claim = await world.GetAsync($"{Claims}/c");
        Assert.That(
            await world.EventAsync("second", "FailedAttachVolume"),
            Is.EqualTo(
                $"Multi-Attach error for volume \"{claim["spec"]!["volumeName"]}\" Volume is already used by "
                    + "pod(s) first"
            )
        );
        var waits = await world.GetAsync($"{Pods}/second");
        Assert.That(
            (string?)waits["status"]!["containerStatuses"]![0]!["state"]!["waiting"]!["reason"],
            Is.EqualTo("ContainerCreating")
        );
        await world.SendAsync(HttpMethod.Delete, $"{Pods}/first", null);
        await world.UntilAsync(Pods, "second", IsRunning);
    }

    [Test]
    public async Task A_silent_node_is_unreachable_and_its_pods_are_not_ready_until_it_answers()
    {
        await using var world = await SmallWorld.StartAsync(Options with { NodeGrace = TimeSpan.FromMilliseconds(1) });
        await world.CreateAsync(Pods, Pod("p", "node-0", withClaim: false));
        await world.UntilAsync(Pods, "p", IsReady);
        world.Nodes!.Silence("node-0");
        var node = await world.UntilAsync(
            Nodes,
            "node-0",
            n => Condition(n, "Ready") == "Unknown" && n["spec"]!["taints"] is JsonArray { Count: 2 }
        );
        var pod = await world.UntilAsync(Pods, "p", p => !IsReady(p));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)node["spec"]!["taints"]![0]!["key"], Is.EqualTo("node.kubernetes.io/unreachable"));
            Assert.That((string?)pod["status"]!["phase"], Is.EqualTo("Running"));
            Assert.That(pod["metadata"]!["deletionTimestamp"], Is.Null);
        }

        world.Nodes.Revive("node-0");
        await world.UntilAsync(Nodes, "node-0", n => Condition(n, "Ready") == "True" && n["spec"]!["taints"] is null);
        await world.UntilAsync(Pods, "p", IsReady);
    }

    [Test]
    public async Task A_pod_that_tolerates_no_silence_is_deleted_and_stays_until_its_node_says_so()
    {
        await using var world = await SmallWorld.StartAsync(Options with { NodeGrace = TimeSpan.FromMilliseconds(1) });
        var json = JsonNode.Parse(Pod("p", "node-0", withClaim: false))!;
        json["spec"]!["tolerations"] = new JsonArray(
            new JsonObject
            {
                ["key"] = "node.kubernetes.io/unreachable",
                ["operator"] = "Exists",
                ["effect"] = "NoExecute",
                ["tolerationSeconds"] = 0,
            }
        );
        await world.CreateAsync(Pods, json.ToJsonString());
        await world.UntilAsync(Pods, "p", IsReady);
        world.Nodes!.Silence("node-0");
        await world.UntilAsync(Pods, "p", p => p["metadata"]!["deletionTimestamp"] is not null);
        world.Nodes.Revive("node-0");
        await world.GoneAsync(Pods, "p");
    }

    private static bool IsRunning(JsonObject pod) => (string?)pod["status"]!["phase"] == "Running";

    private static bool IsReady(JsonObject pod) => Condition(pod, "Ready") == "True";

    private static string? Condition(JsonObject o, string type) =>
        (string?)(o["status"]?["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c!["type"] == type)?["status"];

    private static string Pod(string name, string node, bool withClaim = true) =>
        $$$"""
            {"metadata":{"name":"{{{name}}}"},"spec":{"nodeName":"{{{node}}}","containers":[{"name":"c","image":"x:1"}]
             {{{(withClaim ? ""","volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c"}}]""" : "")}}} }}
            """;
}
