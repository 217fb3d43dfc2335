using System.Net;
using LocalCluster.Tests.Worlds;

namespace LocalCluster.Tests.Builtin;

/// <summary>Pods take what the classes say that they name, and are refused when there is no such class.</summary>
public sealed class PodClassTests
{
    private const string Pods = "/api/v1/namespaces/t/pods";
    private const string Priorities = "/apis/scheduling.k8s.io/v1/priorityclasses";
    private const string Runtimes = "/apis/node.k8s.io/v1/runtimeclasses";

    [Test]
    public async Task A_pod_takes_the_priority_of_its_class()
    {
        await using var world = await SmallWorld.StartAsync();
        await world.CreateAsync(Priorities, """{"metadata":{"name":"low"},"value":7,"preemptionPolicy":"Never"}""");
        var pod = await world.CreateAsync(Pods, Pod("\"priorityClassName\":\"low\","));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int?)pod["spec"]!["priority"], Is.EqualTo(7));
            Assert.That((string?)pod["spec"]!["preemptionPolicy"], Is.EqualTo("Never"));
        }
    }

    [Test]
    public async Task The_classes_of_the_system_are_there()
    {
        await using var world = await SmallWorld.StartAsync();
        var found = await world.GetAsync($"{Priorities}/system-cluster-critical");
        Assert.That((long?)found["value"], Is.EqualTo(2_000_000_000));
    }

    [Test]
    public async Task A_pod_takes_overhead_and_node_labels_of_its_runtime()
    {
        await using var world = await SmallWorld.StartAsync();
        await world.CreateAsync(
            Runtimes,
            """
            {"metadata":{"name":"nvidia"},"handler":"nvidia","overhead":{"podFixed":{"memory":"64Mi"}},
             "scheduling":{"nodeSelector":{"gpu":"yes"}}}
            """
        );
        var pod = await world.CreateAsync(Pods, Pod("\"runtimeClassName\":\"nvidia\","));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)pod["spec"]!["overhead"]!["memory"], Is.EqualTo("64Mi"));
            Assert.That((string?)pod["spec"]!["nodeSelector"]!["gpu"], Is.EqualTo("yes"));
        }
    }

    [TestCase("\"priorityClassName\":\"nope\",", "no PriorityClass with name nope was found")]
    [TestCase("\"runtimeClassName\":\"nope\",", "pod rejected: RuntimeClass \"nope\" not found")]
    public async Task A_pod_of_an_unknown_class_is_forbidden(string field, string why)
    {
        await using var world = await SmallWorld.StartAsync();
        var (status, body) = await world.SendAsync(HttpMethod.Post, Pods, Pod(field));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((string?)body["reason"], Is.EqualTo("Forbidden"));
            Assert.That((string?)body["message"], Is.EqualTo($"pods \"p\" is forbidden: {why}"));
        }
    }

    [TestCase("{}", "BestEffort")]
    [TestCase("""{"requests":{"cpu":"0"}}""", "BestEffort")]
    [TestCase("""{"requests":{"cpu":"1"}}""", "Burstable")]
    [TestCase("""{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}}""", "Burstable")]
    [TestCase("""{"limits":{"cpu":"1","memory":"1Gi"}}""", "Guaranteed")]
    public async Task A_pod_s_class_of_service_follows_from_its_resources_and_stays(string resources, string expected)
    {
        await using var world = await SmallWorld.StartAsync();
        var pod = await world.CreateAsync(
            Pods,
            $$$"""
            {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"x:1","resources": {{{resources}}} }]}}
            """
        );
        pod["status"]!["qosClass"] = "Other";
        var (status, body) = await world.SendAsync(HttpMethod.Put, $"{Pods}/p/status", pod.ToJsonString());
        pod["status"]!.AsObject().Remove("qosClass");
        var (left, kept) = await world.SendAsync(HttpMethod.Put, $"{Pods}/p/status", pod.ToJsonString());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)status, Is.EqualTo(422));
            Assert.That((string?)body["message"], Does.Contain("status.qosClass").And.Contain("field is immutable"));
            Assert.That(left, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((string?)kept["status"]!["qosClass"], Is.EqualTo(expected));
        }
    }

    private static string Pod(string field) =>
        $$$"""{"metadata":{"name":"p"},"spec":{ {{{field}}}"containers":[{"name":"c","image":"x:1"}]}}""";
}
