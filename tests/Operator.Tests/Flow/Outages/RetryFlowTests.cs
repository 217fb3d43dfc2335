using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Kaniko;
using k8s.Models;
using Operator.Tests.Clusters;
using StandIns;

namespace Operator.Tests.Flow.Outages;

/// <summary>Outages and mended causes end by themselves: nothing is annotated.</summary>
internal sealed class RetryFlowTests
{
    private static readonly SimulatedFault PushUnavailable = new([
        "error pushing image: failed to push to destination registry/team/base:b1: PUT "
            + "https://registry/v2/team/base/manifests/b1: 503 Service Unavailable",
    ]);

    [Test]
    public async Task Outage_a_build_that_lost_its_registry_is_followed_by_another()
    {
        await using var stage = await Stage.StartAsync();
        stage.Runner.Fault = c => c.Name == KanikoJob.Container ? PushUnavailable : null;
        await stage.ApplyAsync(stage.Image(s => s with { Build = s.Build with { Retries = 0 } }));
        var waiting = await stage.UntilAsync(
            i => Stage.Is(i, "Reconciling", "True", "BackingOff") && Stage.Is(i, "Ready", "False", "BuildFailed"),
            "the next one is announced"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(waiting, "Stalled", "True"), Is.False);
            Assert.That(
                waiting.Status!.Conditions.Single(c => c.Type == "Fresh").Message,
                Does.Contain("tried again at")
            );
        }

        stage.Runner.Fault = _ => null;
        stage.Time.Advance(TimeSpan.FromMinutes(5));
        await stage.NudgeAsync();
        var ready = await stage.UntilReadyAsync();
        Assert.That(ready.Status!.LatestBuild, Is.EqualTo("gemma-b2"));
    }

    [Test]
    public async Task Mended_a_replaced_Secret_is_enough()
    {
        await using var stage = await Stage.StartAsync();
        await ApplySecretAsync(stage, "wrong");
        stage.Runner.Fault = c => c.Name == KanikoJob.Container ? SimulatedFault.PushDenied : null;
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Output = s.Output with
                    {
                        Credentials = new CredentialsSpec
                        {
                            Type = CredentialsType.Secret,
                            SecretRef = new LocalReference { Name = "push" },
                        },
                    },
                }
            )
        );
        await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "RetriesExhausted"), "the build fails");
        stage.Runner.Fault = _ => null;
        await ApplySecretAsync(stage, "right");
        var ready = await stage.UntilReadyAsync();
        Assert.That(ready.Status!.LatestBuild, Is.EqualTo("gemma-b2"));
    }

    private static Task ApplySecretAsync(Stage stage, string password) =>
        stage.Api.ApplyAsync(
            new V1Secret
            {
                ApiVersion = "v1",
                Kind = "Secret",
                Metadata = new V1ObjectMeta { Name = "push", NamespaceProperty = stage.Cluster.Namespace },
                Type = "kubernetes.io/dockerconfigjson",
                Data = new Dictionary<string, byte[]>(StringComparer.Ordinal)
                {
                    [".dockerconfigjson"] = Encoding.UTF8.GetBytes(
                        $$"""{"auths": {"{{stage.Registry.Host}}": {"username": "u", "password": "{{password}}"} } }"""
                    ),
                },
            },
            CancellationToken.None
        );
}
