using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster.Gateways;
using k8s;
using k8s.Models;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow.Served;

/// <summary>What serves may outlive its object, and the next object of the name takes it over.</summary>
internal sealed partial class OrphanFlowTests
{
    [TestCase("Background")]
    [TestCase("Foreground")]
    public async Task What_serves_stays_and_the_next_object_of_the_name_takes_it_over(string propagation)
    {
        TestCluster.NeedsGarbageCollector();
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(With(stage, DeletionPolicy.Orphan));
        await stage.UntilReadyAsync();
        await UntilInForceAsync(stage, DeletionPolicy.Orphan);
        var (pod, deployment) = (await PodAsync(stage), await DeploymentAsync(stage));
        Assert.That(deployment.Metadata.OwnerReferences, Is.Null.Or.Empty);
        await UntilToldAsync(stage, "WorkloadOrphaned");
        Assert.That(
            (await stage.ListAsync<Eventsv1Event>()).Select(e => e.Reason),
            Has.None.EqualTo("WorkloadAdopted"),
            "it made it itself"
        );

        await DeleteAsync(stage, propagation);
        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<GemmaBuild>()).Count == 0,
            "its builds go with it"
        );
        await UntilToldAsync(stage, "WorkloadLeft");
        Assert.That((await PodAsync(stage)).Metadata.Uid, Is.EqualTo(pod.Metadata.Uid), "nothing else does");
        Assert.That(await stage.ListAsync<V1Service>(), Has.Count.EqualTo(1));

        // No build can be made, so that what is seen is the taking over alone.
        await stage.TakeBaseAwayAsync();
        await stage.ApplyAsync(With(stage, DeletionPolicy.Delete));
        var adopted = await UntilInForceAsync(stage, DeletionPolicy.Delete);
        await UntilToldAsync(stage, "WorkloadAdopted");
        var now = await DeploymentAsync(stage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(now.Metadata.Uid, Is.EqualTo(deployment.Metadata.Uid));
            Assert.That(now.Metadata.OwnerReferences.Single().Uid, Is.EqualTo(adopted.Metadata.Uid));
            Assert.That(now.Metadata.Generation, Is.EqualTo(deployment.Metadata.Generation));
            Assert.That((await PodAsync(stage)).Metadata.Uid, Is.EqualTo(pod.Metadata.Uid));
            Assert.That(adopted.Status!.Replicas, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task An_object_that_took_over_serves_its_first_image_in_the_same_Deployment()
    {
        TestCluster.NeedsGarbageCollector();
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(With(stage, DeletionPolicy.Orphan));
        await stage.UntilReadyAsync();
        var deployment = await DeploymentAsync(stage);
        await UntilInForceAsync(stage, DeletionPolicy.Orphan);
        await UntilGoneAsync(stage, "Background");
        await stage.ApplyAsync(With(stage, DeletionPolicy.Orphan));
        var image = await stage.UntilReadyAsync();
        await stage.UntilServedAsync(image.Status!.ServingImage!.Reference);
        var now = await DeploymentAsync(stage);
        Assert.That(now.Metadata.Uid, Is.EqualTo(deployment.Metadata.Uid));
        Assert.That(now.Metadata.OwnerReferences, Is.Null.Or.Empty);
        Assert.That(image.Status.DeletionPolicy?.Value, Is.EqualTo(DeletionPolicy.Orphan));
    }

    [Test]
    public async Task The_way_to_what_serves_stays_too_and_goes_when_the_next_object_asks_for_none()
    {
        TestCluster.NeedsGarbageCollector();
        await using var stage = await Stage.StartAsync();
        await RoutingFlowTests.InstallAsync(stage);
        await stage.ApplyAsync(Routed(stage, DeletionPolicy.Delete));
        await stage.UntilReadyAsync();
        await stage.UntilAsync(RoutingFlowTests.IsMade, "both are made");
        var made = await RoutingFlowTests.ReadAsync<HttpRoute>(stage);
        await stage.ApplyAsync(Routed(stage, DeletionPolicy.Orphan));
        await UntilInForceAsync(stage, DeletionPolicy.Orphan);
        var left = await RoutingFlowTests.ReadAsync<HttpRoute>(stage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(left!.Metadata.Uid, Is.EqualTo(made!.Metadata.Uid));
            Assert.That(left.Metadata.OwnerReferences, Is.Null.Or.Empty);
        }

        await UntilGoneAsync(stage, "Foreground");
        await stage.TakeBaseAwayAsync();
        var next = await stage.ApplyAsync(Routed(stage, DeletionPolicy.Delete));
        await UntilInForceAsync(stage, DeletionPolicy.Delete);
        var adopted = await RoutingFlowTests.ReadAsync<HttpRoute>(stage);
        var pool = await RoutingFlowTests.ReadAsync<InferencePool>(stage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(adopted!.Metadata.Uid, Is.EqualTo(made!.Metadata.Uid));
            Assert.That(adopted.Metadata.OwnerReferences.Single().Uid, Is.EqualTo(next.Metadata.Uid));
            Assert.That(pool!.Metadata.OwnerReferences.Single().Uid, Is.EqualTo(next.Metadata.Uid));
        }

        await stage.ApplyAsync(Routed(stage, DeletionPolicy.Orphan));
        await UntilInForceAsync(stage, DeletionPolicy.Orphan);
        await UntilGoneAsync(stage, "Background");
        Assert.That(await RoutingFlowTests.ReadAsync<InferencePool>(stage), Is.Not.Null);
        await stage.ApplyAsync(With(stage, DeletionPolicy.Delete));
        await UntilInForceAsync(stage, DeletionPolicy.Delete);
        Assert.That(await RoutingFlowTests.ReadAsync<HttpRoute>(stage), Is.Null, "nobody asks for it");
        Assert.That(await RoutingFlowTests.ReadAsync<InferencePool>(stage), Is.Null);
    }

    [Test]
    public async Task A_changed_mind_is_in_force_at_once_and_replaces_no_pod()
    {
        TestCluster.NeedsGarbageCollector();
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(With(stage, DeletionPolicy.Delete));
        await stage.UntilReadyAsync();
        await UntilInForceAsync(stage, DeletionPolicy.Delete);
        var (pod, deployment) = (await PodAsync(stage), await DeploymentAsync(stage));
        // Suspended objects, too.
        await stage.ApplyAsync(With(stage, DeletionPolicy.Orphan, suspend: true));
        await UntilInForceAsync(stage, DeletionPolicy.Orphan);
        await UntilToldAsync(stage, "WorkloadOrphaned");
        await stage.ApplyAsync(With(stage, DeletionPolicy.Delete));
        await UntilInForceAsync(stage, DeletionPolicy.Delete);
        await UntilToldAsync(stage, "WorkloadOwned");
        var now = await DeploymentAsync(stage);
        Assert.That((await PodAsync(stage)).Metadata.Uid, Is.EqualTo(pod.Metadata.Uid));
        Assert.That(KubernetesJson.Serialize(now.Spec), Is.EqualTo(KubernetesJson.Serialize(deployment.Spec)));

        await DeleteAsync(stage, "Background");
        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<V1Deployment>()).Count == 0,
            "what serves goes with the object"
        );
    }

    [Test]
    public async Task What_kubectl_orphans_is_taken_over_as_well()
    {
        TestCluster.NeedsGarbageCollector();
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(With(stage, DeletionPolicy.Delete));
        await stage.UntilReadyAsync();
        var (pod, deployment) = (await PodAsync(stage), await DeploymentAsync(stage));
        await UntilGoneAsync(stage, "Orphan");
        Assert.That((await DeploymentAsync(stage)).Metadata.OwnerReferences, Is.Null.Or.Empty);
        await stage.TakeBaseAwayAsync();
        var next = await stage.ApplyAsync(With(stage, DeletionPolicy.Delete));
        await UntilInForceAsync(stage, DeletionPolicy.Delete);
        Assert.That(
            (await DeploymentAsync(stage)).Metadata.OwnerReferences.Single().Uid,
            Is.EqualTo(next.Metadata.Uid)
        );
        Assert.That((await DeploymentAsync(stage)).Metadata.Uid, Is.EqualTo(deployment.Metadata.Uid));
        Assert.That((await PodAsync(stage)).Metadata.Uid, Is.EqualTo(pod.Metadata.Uid));
    }

    [Test]
    public async Task A_stranger_s_Deployment_of_the_name_is_left_alone()
    {
        await using var stage = await Stage.StartAsync();
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "mine" };
        await stage.Api.CreateAsync(
            new V1Deployment
            {
                ApiVersion = "apps/v1",
                Kind = "Deployment",
                Metadata = new V1ObjectMeta { Name = "gemma", NamespaceProperty = stage.Cluster.Namespace },
                Spec = new V1DeploymentSpec
                {
                    Replicas = 0,
                    Selector = new V1LabelSelector { MatchLabels = labels },
                    Template = new V1PodTemplateSpec
                    {
                        Metadata = new V1ObjectMeta { Labels = labels },
                        Spec = new V1PodSpec { Containers = [new V1Container { Name = "a", Image = "a.example/a:1" }] },
                    },
                },
            },
            CancellationToken.None
        );
        await stage.ApplyAsync(With(stage, DeletionPolicy.Delete));
        await stage.UntilAsync(
            i =>
                i.Status?.Conditions.Any(c => c.Message.Contains("that isn't this object's", StringComparison.Ordinal))
                == true,
            "it is told who has the name"
        );
        var live = await DeploymentAsync(stage);
        Assert.That(live.Spec.Template.Spec.Containers[0].Name, Is.EqualTo("a"));
        Assert.That(live.Metadata.OwnerReferences, Is.Null.Or.Empty);
    }

    private static async Task UntilGoneAsync(Stage stage, string propagation)
    {
        await DeleteAsync(stage, propagation);
        await Eventually.ThatAsync(
            async () =>
                await stage.Api.GetAsync<GemmaBaseImage>(stage.Cluster.Namespace, "gemma", CancellationToken.None)
                    is null,
            "the object is gone"
        );
    }

    private static Task<GemmaBaseImage> UntilInForceAsync(Stage stage, DeletionPolicy policy) =>
        stage.UntilAsync(i => i.Status?.DeletionPolicy?.Value == policy, $"{policy} is in force");

    private static Task UntilToldAsync(Stage stage, string reason) =>
        Eventually.ThatAsync(
            async () => (await stage.ListAsync<Eventsv1Event>()).Any(e => e.Reason == reason),
            $"{reason} is told"
        );

    private static async Task<V1Deployment> DeploymentAsync(Stage stage) =>
        (await stage.ListAsync<V1Deployment>()).Single();

    private static async Task<V1Pod> PodAsync(Stage stage) =>
        (await stage.ListAsync<V1Pod>($"{WorkloadMetadata.NameLabel}={WorkloadMetadata.ServerName}")).Single(p =>
            p.Metadata.DeletionTimestamp is null
        );

    private static async Task DeleteAsync(Stage stage, string propagation)
    {
        using var client = new Kubernetes(stage.Cluster.Configuration());
        await client.CustomObjects.DeleteNamespacedCustomObjectAsync(
            ApiGroup.Name,
            ApiGroup.Version,
            stage.Cluster.Namespace,
            GemmaBaseImage.KubePlural,
            "gemma",
            body: new V1DeleteOptions { PropagationPolicy = propagation }
        );
    }

    private static GemmaBaseImage Routed(Stage stage, DeletionPolicy policy)
    {
        var image = RoutingFlowTests.Image(stage);
        return image with { Spec = image.Spec! with { DeletionPolicy = policy } };
    }

    private static GemmaBaseImage With(Stage stage, DeletionPolicy policy, bool suspend = false) =>
        stage.Image(s => s with { DeletionPolicy = policy, Suspend = suspend });
}
