using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Upgrade;
using GemmaOperator.Hosting;
using GemmaOperator.Registry.Access;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Operator.Tests.Clusters;
using Operator.Tests.Flow;

namespace Operator.Tests.Upgrade;

/// <summary>
/// Kind: an upgrade of the operator is nobody's rebuild. What a release before wrote, fifty served objects, is met by
/// the present code.
/// </summary>
[NonParallelizable]
public sealed class UpgradeFlowTests
{
    [Test]
    public async Task An_upgrade_over_fifty_served_objects_builds_nothing_and_replaces_no_pod()
    {
        if (Environment.GetEnvironmentVariable("RECORD_FLEET") is { Length: > 0 } file)
        {
            await FleetRecorder.RecordAsync(file);
            Assert.Ignore("recorded; nothing was compared");
        }

        await using var cluster = await TestCluster.StartAsync();
        await RecordedFleet.LoadAsync(cluster, RecordedFleet.BeforeUpgradesWereTold);
        var (pods, deployments) = (await PodsAsync(cluster), await TemplatesAsync(cluster));
        var since = (await ListAsync<GemmaBaseImage>(cluster)).ToDictionary(
            i => i.Metadata.Name,
            i => Ready(i)!.LastTransitionTime,
            StringComparer.Ordinal
        );
        await using var upgraded = new OperatorHost(
            new OperatorOptions
            {
                Namespaces = [cluster.Namespace],
                // Nobody answers there: what serves needs no registry.
                Mirrors = RegistryMirrors.TryParse(["docker.io=127.0.0.1:1/hub"], out var mirrors, out var error)
                    ? mirrors
                    : throw new FormatException(error),
                InsecureRegistries = ["127.0.0.1:1"],
                OperatorImage = "registry.example/gemma-operator:2.0.0",
                // Other defaults than the ones that objects without images of their own were served with.
                ServerImage = "registry.example/team/server:2",
                ExecutorImage = "registry.example/kaniko:v9",
            },
            cluster.Configuration,
            TestLog.Factory(),
            TimeProvider.System,
            Prometheus.Metrics.NewCustomRegistry()
        );
        await upgraded.StartAsync(CancellationToken.None);
        await Eventually.ThatAsync(
            async () => (await ListAsync<GemmaBaseImage>(cluster)).All(i => i.Status?.ServingSettings is not null),
            "each object was looked at"
        );

        var images = await ListAsync<GemmaBaseImage>(cluster);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(images, Has.Count.EqualTo(Fleet.Size));
            Assert.That(await ListAsync<GemmaBuild>(cluster), Has.Count.EqualTo(Fleet.Size), "builds");
            Assert.That(await TemplatesAsync(cluster), Is.EqualTo(deployments), "pod templates");
            Assert.That(await PodsAsync(cluster), Is.EqualTo(pods), "pods");
            Assert.That(
                images.Where(i => i.Status is not { ServingRevision: not null }),
                Is.Empty,
                "what to go back to has its revision"
            );
            Assert.That(await ListAsync<V1ControllerRevision>(cluster), Has.Count.EqualTo(Fleet.Size), "revisions");
            Assert.That(images.Select(i => Ready(i)!.Status).Distinct(), Has.All.EqualTo("True"));
            Assert.That(
                images
                    .Where(i => Ready(i)!.LastTransitionTime != since[i.Metadata.Name])
                    .Select(i => $"{i.Metadata.Name}: {Ready(i)!.Message}"),
                Is.Empty,
                "Ready never turned"
            );
            Assert.That(
                images
                    .SelectMany(i => i.Status!.Conditions)
                    .Where(c => c.Type is "Stalled" or "Reconciling")
                    .Select(c => c.Message),
                Is.Empty
            );
        }
    }

    [Test]
    public async Task Check_tells_beforehand_what_an_upgrade_would_do_and_does_nothing()
    {
        await using var cluster = await TestCluster.StartAsync();
        await RecordedFleet.LoadAsync(cluster, RecordedFleet.BeforeUpgradesWereTold);
        await cluster.Api.PatchAsync<GemmaBaseImage>(
            cluster.Namespace,
            "team-00",
            new JsonObject { ["spec"] = new JsonObject { ["systemPackages"] = new JsonArray("jq") } },
            null,
            CancellationToken.None
        );
        await cluster.Api.PatchAsync<GemmaBaseImage>(
            cluster.Namespace,
            "team-09",
            JsonNode.Parse("""{"spec":{"rollout":{"server":{"terminationGracePeriodSeconds":9}}}}""")!.AsObject(),
            null,
            CancellationToken.None
        );
        var (pods, deployments) = (await PodsAsync(cluster), await TemplatesAsync(cluster));

        var reader = new UpgradeReader(
            cluster.Api,
            new OperatorOptions
            {
                ServerImage = "registry.example/team/server:2",
                ExecutorImage = "registry.example/kaniko:v9",
                // Where it was recorded.
                InsecureRegistries = ["127.0.0.1:35113"],
            },
            hasImageVolumes: true,
            TimeProvider.System
        );
        var told = (await reader.ReadAsync([cluster.Namespace], CancellationToken.None)).ToDictionary(
            t => t.Key.Name,
            t => t.Notes,
            StringComparer.Ordinal
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(told, Has.Count.EqualTo(Fleet.Size));
            Assert.That(
                told["team-00"].Select(n => (n.Effect, n.Why)),
                Does.Contain((UpgradeEffect.Builds, "a build is due: SpecChange (spec.systemPackages)"))
            );
            Assert.That(
                told["team-09"].Select(n => (n.Effect, n.Why)),
                Does.Contain((UpgradeEffect.ReplacesPods, "its pods differ in spec.terminationGracePeriodSeconds"))
            );
            Assert.That(
                told.Where(t => t.Key is not ("team-00" or "team-09"))
                    .SelectMany(t => t.Value)
                    .Where(n => n.Effect is not (UpgradeEffect.None or UpgradeEffect.Later)),
                Is.Empty
            );
            Assert.That(
                told["team-01"].Single().Why,
                Does.StartWith("the next build that is due for another reason is made otherwise: operator.")
            );
            Assert.That(await ListAsync<GemmaBuild>(cluster), Has.Count.EqualTo(Fleet.Size));
            Assert.That(await TemplatesAsync(cluster), Is.EqualTo(deployments));
            Assert.That(await PodsAsync(cluster), Is.EqualTo(pods));
        }
    }

    private static V1Condition? Ready(GemmaBaseImage image) =>
        image.Status!.Conditions.FirstOrDefault(c => c.Type == ConditionType.Ready);

    private static async Task<IReadOnlyList<T>> ListAsync<T>(TestCluster cluster)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        [
            .. (
                await cluster.Api.ListAsync<T>(new ListQuery { Namespace = cluster.Namespace }, CancellationToken.None)
            ).Items,
        ];

    private static async Task<IReadOnlyList<string>> PodsAsync(TestCluster cluster) =>
        [.. (await ListAsync<V1Pod>(cluster)).Select(p => p.Metadata.Uid).Order(StringComparer.Ordinal)];

    private static async Task<IReadOnlyList<string>> TemplatesAsync(TestCluster cluster) =>
        [
            .. (await ListAsync<V1Deployment>(cluster))
                .OrderBy(d => d.Metadata.Name, StringComparer.Ordinal)
                .Select(d => KubernetesJson.Serialize(d.Spec.Template)),
        ];
}
