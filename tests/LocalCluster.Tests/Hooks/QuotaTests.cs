using System.Net;
using System.Text.Json.Nodes;
using LocalCluster.Nodes;
using LocalCluster.Tests.Worlds;

namespace LocalCluster.Tests.Hooks;

/// <summary>Quotas and limit ranges hold what is made to their bounds, in the real server's words.</summary>
public sealed class QuotaTests
{
    private const string Quotas = "/api/v1/namespaces/t/resourcequotas";
    private const string Pods = "/api/v1/namespaces/t/pods";
    private const string Jobs = "/apis/batch/v1/namespaces/t/jobs";

    private static readonly NodeOptions Nodes = new()
    {
        Runner = new PlainRunner { Ending = _ => null },
        Step = TimeSpan.FromMilliseconds(1),
        Gpus = [4],
    };

    [Test]
    public async Task A_pod_beyond_a_quota_is_refused_with_the_sums()
    {
        await using var world = await SmallWorld.StartAsync(Nodes);
        await QuotaAsync(world, """{"requests.nvidia.com/gpu":1,"pods":"9","requests.memory":"3Gi"}""");
        await world.CreateAsync(Pods, Pod("a", """{"limits":{"nvidia.com/gpu":1,"memory":"1Gi"}}"""));
        Assert.That(
            await RefusedAsync(world, Pods, Pod("b", """{"limits":{"nvidia.com/gpu":2,"memory":"2560Mi"}}""")),
            Is.EqualTo(
                "pods \"b\" is forbidden: exceeded quota: q, requested: requests.memory=2560Mi,"
                    + "requests.nvidia.com/gpu=2, used: requests.memory=1Gi,requests.nvidia.com/gpu=1, limited: "
                    + "requests.memory=3Gi,requests.nvidia.com/gpu=1"
            )
        );
    }

    [Test]
    public async Task A_container_that_says_nothing_of_what_a_quota_counts_is_refused()
    {
        await using var world = await SmallWorld.StartAsync(Nodes);
        await QuotaAsync(world, """{"limits.cpu":"2","limits.memory":"2Gi","requests.cpu":"1"}""");
        Assert.That(
            await RefusedAsync(world, Pods, Pod("p", """{"limits":{"memory":"1Gi"}}""")),
            Is.EqualTo("pods \"p\" is forbidden: failed quota: q: must specify limits.cpu for: c; requests.cpu for: c")
        );
    }

    [Test]
    public async Task Objects_are_counted_and_what_is_gone_makes_room()
    {
        await using var world = await SmallWorld.StartAsync(Nodes);
        await QuotaAsync(world, """{"count/configmaps":"1"}""");
        const string ConfigMaps = "/api/v1/namespaces/t/configmaps";
        await world.CreateAsync(ConfigMaps, """{"metadata":{"name":"a"}}""");
        Assert.That(
            await RefusedAsync(world, ConfigMaps, """{"metadata":{"name":"b"}}"""),
            Is.EqualTo(
                "configmaps \"b\" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: "
                    + "count/configmaps=1, limited: count/configmaps=1"
            )
        );
        await world.SendAsync(HttpMethod.Delete, $"{ConfigMaps}/a", null);
        await world.UntilAsync(Quotas, "q", q => (string?)q["status"]?["used"]?["count/configmaps"] == "0");
        await world.CreateAsync(ConfigMaps, """{"metadata":{"name":"b"}}""");
    }

    [Test]
    public async Task A_refused_pod_is_told_of_by_its_owners_as_theirs_do_until_it_is_taken()
    {
        await using var world = await SmallWorld.StartAsync(Nodes);
        await QuotaAsync(world, """{"pods":"0"}""");
        await world.CreateAsync(
            "/apis/apps/v1/namespaces/t/deployments",
            """
            {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"d"}},"template":
             {"metadata":{"labels":{"a":"d"}},"spec":{"containers":[{"name":"c","image":"x:1"}]}}}}
            """
        );
        await world.CreateAsync(
            Jobs,
            """
            {"metadata":{"name":"j"},"spec":{"template":{"spec":{"restartPolicy":"Never",
             "containers":[{"name":"c","image":"x:1"}]}}}}
            """
        );
        var refused = await world.UntilAsync(
            "/apis/apps/v1/namespaces/t/deployments",
            "d",
            d => Condition(d, "ReplicaFailure") is not null
        );
        var told = await world.EventAsync("j", "FailedCreate");
        var job = await world.GetAsync($"{Jobs}/j");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)Condition(refused, "ReplicaFailure")!["reason"], Is.EqualTo("FailedCreate"));
            Assert.That(
                (string?)Condition(refused, "ReplicaFailure")!["message"],
                Does.Match(
                    "^pods \"d-[^\"]+\" is forbidden: exceeded quota: q, requested: pods=1, "
                        + "used: pods=0, limited: pods=0$"
                )
            );
            Assert.That(
                told,
                Does.Match("^Error creating: pods \"j-[^\"]+\" is forbidden: exceeded quota: q, requested: pods=1")
            );
            Assert.That(job["status"]!["conditions"], Is.Null);
        }

        await world.SendAsync(
            HttpMethod.Patch,
            $"{Quotas}/q",
            """{"spec":{"hard":{"pods":"5"}}}""",
            "application/merge-patch+json"
        );
        await world.UntilAsync(
            "/apis/apps/v1/namespaces/t/deployments",
            "d",
            d => (int?)d["status"]?["availableReplicas"] == 1 && Condition(d, "ReplicaFailure") is null
        );
        await world.UntilAsync(Jobs, "j", j => (int?)j["status"]?["active"] == 1);
    }

    [Test]
    public async Task Without_a_controller_a_quota_holds_nobody_back()
    {
        await using var world = await SmallWorld.StartAsync();
        await world.CreateAsync(Quotas, """{"metadata":{"name":"q"},"spec":{"hard":{"pods":"0"}}}""");
        await world.CreateAsync(Pods, Pod("p", "{}"));
    }

    [Test]
    public async Task A_limit_range_gives_containers_what_they_lack_and_holds_them_to_its_bounds()
    {
        await using var world = await SmallWorld.StartAsync();
        await world.CreateAsync(
            "/api/v1/namespaces/t/limitranges",
            """
            {"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container","default":{"cpu":"500m"},
             "defaultRequest":{"cpu":"100m","memory":"64Mi"},"max":{"cpu":"1"}}]}}
            """
        );
        var pod = await world.CreateAsync(Pods, Pod("p", "{}"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                pod["spec"]!["containers"]![0]!["resources"]!.ToJsonString(),
                Is.EqualTo("""{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"cpu":"500m"}}""")
            );
            Assert.That(
                (string?)pod["metadata"]!["annotations"]!["kubernetes.io/limit-ranger"],
                Is.EqualTo("LimitRanger plugin set: cpu, memory request for container c; cpu limit for container c")
            );
            Assert.That(
                await RefusedAsync(world, Pods, Pod("b", """{"limits":{"cpu":2}}""")),
                Is.EqualTo("pods \"b\" is forbidden: maximum cpu usage per Container is 1, but limit is 2")
            );
        }
    }

    private static async Task QuotaAsync(SmallWorld world, string hard)
    {
        await world.CreateAsync(Quotas, $$$"""{"metadata":{"name":"q"},"spec":{"hard":{{{hard}}} }}""");
        await world.UntilAsync(Quotas, "q", q => q["status"]?["used"] is not null);
    }

    private static async Task<string?> RefusedAsync(SmallWorld world, string path, string json)
    {
        var (status, body) = await world.SendAsync(HttpMethod.Post, path, json);
        Assert.That(status, Is.EqualTo(HttpStatusCode.Forbidden), body.ToJsonString());
        Assert.That((string?)body["reason"], Is.EqualTo("Forbidden"));
        return (string?)body["message"];
    }

    private static JsonObject? Condition(JsonObject o, string type) =>
        (o["status"]?["conditions"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(c => (string?)c["type"] == type);

    private static string Pod(string name, string resources) =>
        $$$"""
            {"metadata":{"name":"{{{name}}}"},"spec":{"containers":
             [{"name":"c","image":"x:1","resources":{{{resources}}} }]}}
            """;
}
