using System.Text;
using GemmaOperator.Api.Access;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using k8s;
using k8s.Models;
using Operator.Tests.Builds.Inputs.Access;

namespace Operator.Tests.Flow.Inputs;

/// <summary>What the pods of a build are given, from the spec to the Jobs, and what is told before them.</summary>
public sealed class SurroundingsFlowTests
{
    [Test]
    public async Task Authorities_that_are_none_cost_no_build_and_good_ones_are_enough()
    {
        await using var stage = await Stage.StartAsync();
        await WriteAsync(stage, "not PEM");
        await stage.ApplyAsync(stage.Image(Corporate));
        var stalled = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "CaBundleInvalid"), "it is stalled");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                stalled.Status!.Conditions.Single(c => c.Type == "Stalled").Message,
                Does.StartWith($"spec.build.caBundleRef: ConfigMap {stage.Cluster.Namespace}/authorities, key ca.crt, ")
                    .And.Contain("no certificate")
            );
            Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
        }

        await WriteAsync(stage, Authority.Pem);
        await stage.UntilReadyAsync();
        var jobs = await stage.ListAsync<V1Job>("kueue.x-k8s.io/queue-name=builds");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(jobs, Has.Count.EqualTo(2), "building and verifying");
            foreach (var job in jobs)
            {
                var pod = job.Spec.Template;
                Assert.That(pod.Metadata.Annotations["sidecar.istio.io/inject"], Is.EqualTo("false"));
                foreach (var container in (pod.Spec.InitContainers ?? []).Concat(pod.Spec.Containers))
                {
                    Assert.That(
                        container.Env.Select(e => e.Name),
                        Is.SupersetOf(new[] { "https_proxy", "HTTPS_PROXY", "SSL_CERT_FILE" }),
                        container.Name
                    );
                    Assert.That(container.VolumeMounts.Select(m => m.MountPath), Has.Member("/gemma-ca"));
                }
            }
        }
    }

    [Test]
    public async Task Credentials_of_an_index_that_are_none_cost_no_build_and_nobody_is_shown_them()
    {
        await using var stage = await Stage.StartAsync();
        await WriteNetrcAsync(stage, "machine pypi.example.com login me password=hidden");
        await stage.ApplyAsync(stage.Image(Private));
        var stalled = await stage.UntilAsync(
            i => i.Status?.Conditions.Any(c => c.Message.Contains("lacks a login", StringComparison.Ordinal)) == true,
            "it is told"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(stalled, "Stalled", "True", "SecretNotFound"));
            Assert.That(
                stalled.Status!.Conditions.Single(c => c.Type == "Stalled").Message,
                Does.StartWith("spec.requirements.indexCredentialsRef: Secret ").And.Contain("entry 1 lacks a login")
            );
            Assert.That(KubernetesJson.Serialize(stalled.Status), Does.Not.Contain("hidden"));
            Assert.That(await stage.ListAsync<GemmaBuild>(), Is.Empty);
        }

        await WriteNetrcAsync(stage, "machine pypi.example.com login me password hidden");
        await stage.UntilReadyAsync();
        var builds = await stage.ListAsync<GemmaBuild>();
        await WriteNetrcAsync(stage, "machine pypi.example.com login me password newer");
        await stage.NudgeAsync();
        await stage.SettledAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(builds, Has.Count.EqualTo(1));
            Assert.That(builds[0].Spec!.Resolved.Dockerfile, Does.Contain("export NETRC=/gemma-index/netrc"));
            Assert.That(KubernetesJson.Serialize(builds), Does.Not.Contain("hidden"));
            Assert.That(KubernetesJson.Serialize(await stage.ListAsync<V1Job>()), Does.Not.Contain("hidden"));
            Assert.That(await stage.ListAsync<GemmaBuild>(), Has.Count.EqualTo(1), "its content is no input");
        }
    }

    private static GemmaBaseImageSpec Private(GemmaBaseImageSpec spec) =>
        spec with
        {
            Requirements = new RequirementsSpec
            {
                Inline = "numpy==2.1.0\n",
                IndexURL = "https://pypi.example.com/simple",
                IndexCredentialsRef = new NetrcReference { Name = "pypi" },
            },
        };

    private static Task WriteNetrcAsync(Stage stage, string text) =>
        stage.Api.ApplyAsync(
            new V1Secret
            {
                ApiVersion = "v1",
                Kind = "Secret",
                Metadata = new V1ObjectMeta { Name = "pypi", NamespaceProperty = stage.Cluster.Namespace },
                Data = new Dictionary<string, byte[]>(StringComparer.Ordinal)
                {
                    ["netrc"] = Encoding.UTF8.GetBytes(text),
                },
            },
            CancellationToken.None
        );

    /// <summary>Another proxy makes no other image: what is good stays.</summary>
    [Test]
    public async Task Changed_surroundings_build_nothing()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        await WriteAsync(stage, Authority.Pem);
        await stage.ApplyAsync(stage.Image(Corporate));
        var image = await stage.UntilAsync(
            i => i.Status!.ObservedGeneration == i.Metadata.Generation && Stage.Is(i, "Ready", "True"),
            "the new spec is seen"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(image.Metadata.Generation, Is.EqualTo(2));
            Assert.That(Stage.Is(image, "Fresh", "True"));
            Assert.That(await stage.ListAsync<GemmaBuild>(), Has.Count.EqualTo(1));
        }
    }

    private static GemmaBaseImageSpec Corporate(GemmaBaseImageSpec spec) =>
        spec with
        {
            Build = spec.Build with
            {
                Env = [new EnvironmentVariable { Name = "HTTPS_PROXY", Value = "http://proxy.example.com:3128" }],
                CaBundleRef = new BundleReference { Name = "authorities" },
                PodLabels = new Dictionary<string, string> { ["kueue.x-k8s.io/queue-name"] = "builds" },
                PodAnnotations = new Dictionary<string, string> { ["sidecar.istio.io/inject"] = "false" },
            },
        };

    private static Task WriteAsync(Stage stage, string pem) =>
        stage.Api.ApplyAsync(
            new V1ConfigMap
            {
                ApiVersion = "v1",
                Kind = "ConfigMap",
                Metadata = new V1ObjectMeta { Name = "authorities", NamespaceProperty = stage.Cluster.Namespace },
                Data = new Dictionary<string, string>(StringComparer.Ordinal) { ["ca.crt"] = pem },
            },
            CancellationToken.None
        );
}
