using System.Net;
using System.Text.Json.Nodes;
using LocalCluster.Nodes;
using LocalCluster.Tests.Worlds;

namespace LocalCluster.Tests.Nodes;

/// <summary>Claims are bound, pods wait for them, and what is used isn't removed.</summary>
public sealed class VolumeTests
{
    private const string Claims = "/api/v1/namespaces/t/persistentvolumeclaims";
    private const string Volumes = "/api/v1/persistentvolumes";
    private const string Pods = "/api/v1/namespaces/t/pods";
    private const string Classes = "/apis/storage.k8s.io/v1/storageclasses";

    private static readonly NodeOptions Nodes = new()
    {
        Runner = new PlainRunner(),
        Step = TimeSpan.FromMilliseconds(1),
    };

    [Test]
    public async Task A_claim_of_the_default_class_gets_a_volume_of_its_size()
    {
        await using var world = await SmallWorld.StartAsync(Nodes);
        await world.CreateAsync(Classes, Class("fast", "Immediate", isDefault: true));
        var made = await world.CreateAsync(Claims, Claim("c", null));
        var bound = await world.UntilAsync(Claims, "c", IsBound);
        var volume = await world.GetAsync($"{Volumes}/{bound["spec"]!["volumeName"]}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)made["spec"]!["storageClassName"], Is.EqualTo("fast"));
            Assert.That((string?)made["status"]!["phase"], Is.EqualTo("Pending"));
            Assert.That((string?)bound["status"]!["capacity"]!["storage"], Is.EqualTo("5Gi"));
            Assert.That((string?)volume["status"]!["phase"], Is.EqualTo("Bound"));
            Assert.That((string?)volume["spec"]!["claimRef"]!["name"], Is.EqualTo("c"));
        }
    }

    [Test]
    public async Task A_claim_that_waits_for_its_first_pod_is_bound_when_that_has_a_node()
    {
        await using var world = await SmallWorld.StartAsync(Nodes);
        await world.CreateAsync(Classes, Class("late", "WaitForFirstConsumer"));
        await world.CreateAsync(Claims, Claim("c", "late"));
        Assert.That(await world.EventAsync("c", "WaitForFirstConsumer"), Does.StartWith("waiting for first consumer"));
        await world.CreateAsync(Pods, Pod("p", "c"));
        var pod = await world.UntilAsync(Pods, "p", o => (string?)o["status"]!["phase"] == "Running");
        var claim = await world.GetAsync($"{Claims}/c");
        Assert.That(IsBound(claim), claim.ToJsonString());
        Assert.That((string?)pod["spec"]!["nodeName"], Is.EqualTo("node-0"));
    }

    [Test]
    public async Task A_pod_waits_for_its_claim_and_says_so()
    {
        await using var world = await SmallWorld.StartAsync(Nodes with { Provisions = p => p != "slow.example" });
        await world.CreateAsync(Classes, Class("none", "Immediate", provisioner: "slow.example"));
        await world.CreateAsync(Pods, Pod("p", "c"));
        await world.UntilAsync(Pods, "p", Says("persistentvolumeclaim \"c\" not found"));
        await world.CreateAsync(Claims, Claim("c", "none"));
        await world.UntilAsync(Pods, "p", Says("pod has unbound immediate PersistentVolumeClaims"));

        static Func<JsonObject, bool> Says(string why) =>
            o =>
                (o["status"]?["conditions"] as JsonArray)?.Any(c =>
                    ((string?)c!["message"])?.StartsWith($"0/1 nodes are available: {why}. ", StringComparison.Ordinal)
                    == true
                ) == true;
    }

    [Test]
    public async Task A_volume_made_by_hand_is_taken_by_a_claim_that_it_fits()
    {
        await using var world = await SmallWorld.StartAsync(Nodes);
        await world.CreateAsync(
            Volumes,
            """
            {"metadata":{"name":"v"},"spec":{"capacity":{"storage":"8Gi"},"accessModes":["ReadWriteOnce"],
             "storageClassName":"manual","hostPath":{"path":"/data"}}}
            """
        );
        await world.UntilAsync(Volumes, "v", o => (string?)o["status"]!["phase"] == "Available");
        await world.CreateAsync(Claims, Claim("c", "manual"));
        var bound = await world.UntilAsync(Claims, "c", IsBound);
        Assert.That((string?)bound["status"]!["capacity"]!["storage"], Is.EqualTo("8Gi"));
        await world.SendAsync(HttpMethod.Delete, $"{Claims}/c", null);
        await world.GoneAsync(Claims, "c");
        await world.UntilAsync(Volumes, "v", o => (string?)o["status"]!["phase"] == "Released");
    }

    [Test]
    public async Task A_claim_is_kept_while_a_pod_uses_it_and_takes_its_volume_along()
    {
        await using var world = await SmallWorld.StartAsync(Nodes);
        await world.CreateAsync(Classes, Class("fast", "Immediate"));
        await world.CreateAsync(Claims, Claim("c", "fast"));
        await world.CreateAsync(Pods, Pod("p", "c"));
        await world.UntilAsync(Pods, "p", o => (string?)o["status"]!["phase"] == "Running");
        var (_, dying) = await world.SendAsync(HttpMethod.Delete, $"{Claims}/c", null);
        Assert.That(dying["metadata"]!["deletionTimestamp"], Is.Not.Null);
        var claim = await world.GetAsync($"{Claims}/c");
        await world.SendAsync(HttpMethod.Delete, $"{Pods}/p", null);
        await world.GoneAsync(Claims, "c");
        await world.GoneAsync(Volumes, (string)claim["spec"]!["volumeName"]!);
    }

    [Test]
    public async Task A_claim_without_a_class_or_with_an_unknown_one_says_why_it_waits()
    {
        await using var world = await SmallWorld.StartAsync(Nodes);
        await world.CreateAsync(Claims, Claim("none", null));
        await world.CreateAsync(Claims, Claim("unknown", "nope"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                await world.EventAsync("none", "FailedBinding"),
                Is.EqualTo("no persistent volumes available for this claim and no storage class is set")
            );
            Assert.That(
                await world.EventAsync("unknown", "ProvisioningFailed"),
                Is.EqualTo("storageclass.storage.k8s.io \"nope\" not found")
            );
        }
    }

    [TestCase("""{"accessModes":["ReadWriteOnce"]}""", "spec.resources[storage]: Required value")]
    [TestCase(
        """{"resources":{"requests":{"storage":"1Gi"}}}""",
        "spec.accessModes: Required value: at least 1 access mode is required"
    )]
    [TestCase(
        """{"accessModes":["Often"],"resources":{"requests":{"storage":"1Gi"}}}""",
        "spec.accessModes: Unsupported value: \"Often\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", "
            + "\"ReadWriteOnce\", \"ReadWriteOncePod\""
    )]
    public async Task A_claim_that_says_too_little_is_refused(string spec, string why)
    {
        await using var world = await SmallWorld.StartAsync();
        var (status, body) = await world.SendAsync(
            HttpMethod.Post,
            Claims,
            $$"""{"metadata":{"name":"c"},"spec":{{spec}}}"""
        );
        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((string?)body["message"], Is.EqualTo($"PersistentVolumeClaim \"c\" is invalid: {why}"));
    }

    [TestCase("""{"driver":"made.up/disk","volumeHandle":"v"}""", "spec.csi.driver: Invalid value: \"made.up/disk\": ")]
    [TestCase("""{"volumeHandle":"v"}""", "spec.csi.driver: Required value")]
    [TestCase("""{"driver":"disk.example"}""", "spec.csi.volumeHandle: Required value")]
    public async Task A_volume_of_no_driver_that_could_be_is_refused(string csi, string why)
    {
        await using var world = await SmallWorld.StartAsync();
        var (status, body) = await world.SendAsync(
            HttpMethod.Post,
            Volumes,
            $$"""
            {"metadata":{"name":"v"},"spec":{"capacity":{"storage":"8Gi"},"accessModes":["ReadWriteOnce"],
             "csi":{{csi}} } }
            """
        );
        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((string?)body["message"], Does.StartWith($"PersistentVolume \"v\" is invalid: {why}"));
    }

    [Test]
    public async Task A_provisioner_that_is_no_driver_gives_a_folder_of_a_node()
    {
        await using var world = await SmallWorld.StartAsync(Nodes);
        await world.CreateAsync(Classes, Class("local", "Immediate", provisioner: "rancher.io/local-path"));
        await world.CreateAsync(Claims, Claim("c", "local"));
        var claim = await world.UntilAsync(Claims, "c", IsBound);
        var volume = await world.GetAsync($"{Volumes}/{claim["spec"]!["volumeName"]}");
        Assert.That(volume["spec"]!["hostPath"], Is.Not.Null);
    }

    private static bool IsBound(JsonObject claim) => (string?)claim["status"]!["phase"] == "Bound";

    private static string Class(
        string name,
        string binding,
        bool isDefault = false,
        string provisioner = "disk.example"
    ) =>
        $$$"""
            {"metadata":{"name":"{{{name}}}","annotations":
              {"storageclass.kubernetes.io/is-default-class":"{{{(isDefault ? "true" : "false")}}}"}},
             "provisioner":"{{{provisioner}}}","volumeBindingMode":"{{{binding}}}"}
            """;

    private static string Claim(string name, string? storageClass) =>
        $$$"""
            {"metadata":{"name":"{{{name}}}"},"spec":{"accessModes":["ReadWriteOnce"],
             {{{(storageClass is null ? "" : $"\"storageClassName\":\"{storageClass}\",")}}}
             "resources":{"requests":{"storage":"5120Mi"}} }}
            """;

    private static string Pod(string name, string claim) =>
        $$$"""
            {"metadata":{"name":"{{{name}}}"},"spec":{"containers":[{"name":"c","image":"x:1"}],
             "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"{{{claim}}}"}}]}}
            """;
}
