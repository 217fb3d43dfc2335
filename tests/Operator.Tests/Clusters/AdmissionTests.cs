using System.Text.Json.Nodes;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using LocalCluster;
using LocalCluster.Nodes;
using Operator.Tests.Flow;
using StandIns;
using Tests.Shared;

namespace Operator.Tests.Clusters;

/// <summary>
/// The worlds that other tests are told to happen in are as a real API server makes them: these run on either.
/// </summary>
public sealed class AdmissionTests
{
    [Test]
    public async Task A_changed_annotation_makes_another_generation_of_a_Deployment()
    {
        await using var cluster = await TestCluster.StartAsync();
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "a" };
        var made = await cluster.Api.CreateAsync(
            new V1Deployment
            {
                ApiVersion = "apps/v1",
                Kind = "Deployment",
                Metadata = new V1ObjectMeta { Name = "a", NamespaceProperty = cluster.Namespace },
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
        var noted = await cluster.Api.PatchAsync<V1Deployment>(
            cluster.Namespace,
            "a",
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["example.com/note"] = "1" } },
            },
            subresource: null,
            CancellationToken.None
        );
        Assert.That(noted!.Metadata.Generation, Is.GreaterThan(made.Metadata.Generation!.Value));
    }

    [Test]
    public async Task A_webhook_of_a_test_changes_and_refuses_what_is_written()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var changes = await cluster.HookAsync(
            new HookOptions { Resources = ["configmaps"] },
            q =>
            {
                var json = q.Object!;
                json["data"]!["hook"] = q.Operation;
                return Verdict.Changed(json);
            }
        );
        await using var refuses = await cluster.HookAsync(
            new HookOptions { Resources = ["secrets"], IsMutating = false },
            _ => Verdict.Denied("not here")
        );
        var made = await cluster.Api.CreateAsync(
            new V1ConfigMap
            {
                Metadata = new V1ObjectMeta { Name = "c", NamespaceProperty = cluster.Namespace },
                Data = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "1" },
            },
            CancellationToken.None
        );
        var refused = await Assert.ThrowsAsync<KubeApiException>(() =>
            cluster.Api.CreateAsync(
                new V1Secret
                {
                    Metadata = new V1ObjectMeta { Name = "s", NamespaceProperty = cluster.Namespace },
                },
                CancellationToken.None
            )
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(made.Data["hook"], Is.EqualTo("CREATE"));
            Assert.That(
                refused!.Message,
                Does.Contain("admission webhook \"hook.test.example\" denied the request: not here")
            );
            Assert.That(refused.Code, Is.EqualTo(System.Net.HttpStatusCode.Forbidden));
        }
    }

    [Test]
    public async Task A_quota_of_a_test_refuses_pods_in_the_servers_words()
    {
        await using var cluster = await TestCluster.StartAsync();
        if (await cluster.HasNodesOfItsOwnAsync())
        {
            Assert.Ignore("this cluster counts its quotas itself");
        }

        using var http = new HttpClient();
        var configuration = cluster.Configuration();
        await using var nodes = await ControlPlane.StartAsync(
            new Uri(configuration.Host),
            configuration.AccessToken,
            new NodeOptions
            {
                Runner = new SimulatedRunner(http, TimeProvider.System, TimeSpan.FromMilliseconds(5)),
                Namespace = cluster.Namespace,
                NodePrefix = cluster.Namespace,
            },
            CancellationToken.None,
            Tls.HandlerFor(configuration)
        );
        await cluster.Api.CreateAsync(
            new V1ResourceQuota
            {
                Metadata = new V1ObjectMeta { Name = "q", NamespaceProperty = cluster.Namespace },
                Spec = new V1ResourceQuotaSpec
                {
                    Hard = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                    {
                        ["limits.cpu"] = new("2"),
                        ["requests.nvidia.com/gpu"] = new("1"),
                    },
                },
            },
            CancellationToken.None
        );
        await Eventually.ThatAsync(
            async () =>
                (await cluster.Api.GetAsync<V1ResourceQuota>(cluster.Namespace, "q", CancellationToken.None))
                    ?.Status
                    ?.Used
                    is not null,
            "the quota is counted"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                await RefusedAsync(cluster, new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)),
                Does.Contain("pods \"p\" is forbidden: failed quota: q: must specify limits.cpu for: c")
            );
            Assert.That(
                await RefusedAsync(
                    cluster,
                    new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                    {
                        ["cpu"] = new("1"),
                        ["nvidia.com/gpu"] = new("2"),
                    }
                ),
                Does.Contain(
                    "pods \"p\" is forbidden: exceeded quota: q, requested: requests.nvidia.com/gpu=2, used: "
                        + "requests.nvidia.com/gpu=0, limited: requests.nvidia.com/gpu=1"
                )
            );
        }
    }

    private static async Task<string> RefusedAsync(TestCluster cluster, Dictionary<string, ResourceQuantity> limits)
    {
        try
        {
            await cluster.Api.CreateAsync(
                new V1Pod
                {
                    Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = cluster.Namespace },
                    Spec = new V1PodSpec
                    {
                        Containers =
                        [
                            new V1Container
                            {
                                Name = "c",
                                Image = "x:1",
                                Resources = new V1ResourceRequirements { Limits = limits },
                            },
                        ],
                    },
                },
                CancellationToken.None
            );
        }
        catch (KubeApiException e)
        {
            return e.Message;
        }

        throw new AssertionException("it was taken");
    }
}
