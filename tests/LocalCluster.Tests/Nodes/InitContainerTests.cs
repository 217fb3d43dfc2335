using System.Text.Json.Nodes;
using LocalCluster.Images;
using LocalCluster.Nodes;
using LocalCluster.Tests.Worlds;

namespace LocalCluster.Tests.Nodes;

/// <summary>Init containers run before the others, sidecars beside them, and image volumes are there first.</summary>
internal sealed class InitContainerTests
{
    private const string Pods = "/api/v1/namespaces/t/pods";

    [Test]
    public async Task Init_containers_run_one_after_another_before_the_others()
    {
        var runner = new PlainRunner();
        await using var world = await StartAsync(runner);
        await world.CreateAsync(Pods, Pod("Always", Container("first"), Container("second")));
        var pod = await world.UntilAsync(Pods, "p", IsReady);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(runner.Started, Is.EqualTo(["first", "second", "main"]));
            Assert.That(
                Init(pod).Select(s => (string?)s["state"]!["terminated"]?["reason"]),
                Is.EqualTo(["Completed", "Completed"])
            );
            Assert.That(Condition(pod, "Initialized")["status"]!.GetValue<string>(), Is.EqualTo("True"));
        }
    }

    [Test]
    public async Task While_one_runs_the_others_wait()
    {
        await using var world = await StartAsync(new PlainRunner { Ending = _ => null });
        await world.CreateAsync(Pods, Pod("Always", Container("first"), Container("second")));
        var pod = await world.UntilAsync(Pods, "p", o => Init(o) is [var f, _] && f["state"]!["running"] is not null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)pod["status"]!["phase"], Is.EqualTo("Pending"));
            Assert.That(
                (string?)pod["status"]!["containerStatuses"]![0]!["state"]!["waiting"]!["reason"],
                Is.EqualTo("PodInitializing")
            );
            Assert.That(
                (string?)Condition(pod, "Initialized")["message"],
                Is.EqualTo("containers with incomplete status: [first second]")
            );
        }
    }

    [Test]
    public async Task One_that_fails_for_good_ends_the_pod_with_its_last_words()
    {
        var runner = new PlainRunner { Ending = c => new ContainerResult(c.Name == "first" ? 3 : 0) };
        await using var world = await StartAsync(runner);
        await world.CreateAsync(Pods, Pod("Never", Container("first")));
        var pod = await world.UntilAsync(Pods, "p", o => (string?)o["status"]!["phase"] == "Failed");
        var ended = Init(pod)[0]["state"]!["terminated"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int?)ended["exitCode"], Is.EqualTo(3));
            Assert.That((string?)ended["message"], Is.EqualTo("first runs\n"));
            Assert.That(runner.Started, Is.EqualTo(["first"]));
        }
    }

    [Test]
    public async Task One_that_fails_is_tried_again_where_the_pod_restarts()
    {
        var tries = 0;
        await using var world = await StartAsync(
            new PlainRunner
            {
                Ending = c =>
                    c.Name != "first" ? null : new ContainerResult(Interlocked.Increment(ref tries) == 1 ? 1 : 0),
            }
        );
        await world.CreateAsync(Pods, Pod("Always", Container("first")));
        Assert.That(
            await world.EventAsync("p", "BackOff"),
            Does.StartWith("Back-off restarting failed container first")
        );
        var pod = await world.UntilAsync(Pods, "p", IsReady);
        Assert.That((int?)Init(pod)[0]["restartCount"], Is.EqualTo(1));
    }

    [Test]
    public async Task A_sidecar_starts_before_the_others_and_goes_on()
    {
        var runner = new PlainRunner();
        await using var world = await StartAsync(runner);
        var sidecar = Container("side");
        sidecar["restartPolicy"] = "Always";
        await world.CreateAsync(Pods, Pod("Always", sidecar, Container("second")));
        var pod = await world.UntilAsync(Pods, "p", IsReady);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(runner.Started, Is.EqualTo(["side", "second", "main"]));
            Assert.That(Init(pod)[0]["state"]!["running"], Is.Not.Null);
            Assert.That((bool?)Init(pod)[0]["started"], Is.True);
        }
    }

    [Test]
    public async Task An_image_volume_that_is_not_there_holds_its_container_up_by_name()
    {
        await using var registry = await ImageRegistry.StartAsync(new ImageRegistryOptions(), CancellationToken.None);
        var runner = new PlainRunner();
        await using var world = await StartAsync(runner, ("weights.example", registry.Host));
        await world.CreateAsync(Pods, PodWithWeights());
        var pod = await world.UntilAsync(Pods, "p", o => WaitsFor(o, "ErrImagePull"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (string?)pod["status"]!["containerStatuses"]![0]!["state"]!["waiting"]!["message"],
                Does.Contain("weights.example/gemma:1: not found")
            );
            Assert.That((string?)pod["spec"]!["volumes"]![0]!["image"]!["pullPolicy"], Is.EqualTo("IfNotPresent"));
            Assert.That(runner.Started, Is.Empty);
        }
    }

    [Test]
    public async Task A_container_is_told_what_is_mounted()
    {
        IReadOnlyList<ContainerMount>? mounts = null;
        await using var world = await StartAsync(
            new PlainRunner
            {
                Ending = c =>
                {
                    mounts = c.Mounts;
                    return null;
                },
            }
        );
        await world.CreateAsync(Pods, PodWithWeights());
        await world.UntilAsync(Pods, "p", IsReady);
        Assert.That(
            mounts,
            Is.EqualTo([
                new ContainerMount("/models", "w", "sub", null, "weights.example/gemma:1", IsReadOnly: true)
                {
                    Source = "image",
                },
            ])
        );
    }

    private static Task<SmallWorld> StartAsync(PlainRunner runner, params (string Host, string Real)[] registries) =>
        SmallWorld.StartAsync(
            new NodeOptions
            {
                Runner = runner,
                Step = TimeSpan.FromMilliseconds(1),
                Registries = registries.ToDictionary(r => r.Host, r => r.Real, StringComparer.Ordinal),
            }
        );

    private static bool IsReady(JsonObject pod) => (bool?)pod["status"]?["containerStatuses"]?[0]?["ready"] == true;

    private static bool WaitsFor(JsonObject pod, string reason) =>
        (string?)pod["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"] == reason;

    private static List<JsonObject> Init(JsonObject pod) =>
        [.. (pod["status"]?["initContainerStatuses"] as JsonArray ?? []).OfType<JsonObject>()];

    private static JsonNode Condition(JsonObject pod, string type) =>
        pod["status"]!["conditions"]!.AsArray().First(c => (string?)c!["type"] == type)!;

    private static JsonObject Container(string name) =>
        new()
        {
            ["name"] = name,
            ["image"] = "x:1",
            ["terminationMessagePolicy"] = "FallbackToLogsOnError",
        };

    private static string Pod(string restartPolicy, params JsonObject[] init) =>
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "p" },
            ["spec"] = new JsonObject
            {
                ["restartPolicy"] = restartPolicy,
                ["initContainers"] = new JsonArray([.. init]),
                ["containers"] = new JsonArray(Container("main")),
            },
        }.ToJsonString();

    private static string PodWithWeights() =>
        """
            {"metadata":{"name":"p"},"spec":{
             "containers":[{"name":"main","image":"x:1","volumeMounts":[{"name":"w","mountPath":"/models","subPath":"sub"}]}],
             "volumes":[{"name":"w","image":{"reference":"weights.example/gemma:1"}}]}}
            """;
}
