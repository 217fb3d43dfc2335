using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s.Models;
using LocalCluster.Images;
using Operator.Tests.Runtime.Faults;

namespace Operator.Tests.Flow.Inputs;

/// <summary>Secrets and ConfigMaps that a spec names and that aren't there, or aren't what they should be.</summary>
public sealed class MissingInputTests
{
    [Test]
    public async Task A_missing_Secret_is_named_and_its_creation_is_enough()
    {
        await using var stage = await Stage.StartAsync();
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
        var waiting = await stage.UntilAsync(
            i => Stage.Is(i, "Reconciling", "True", "AwaitingObject"),
            "others may be about to make it"
        );
        Assert.That(
            (waiting.Status!.Missing!.Kind, waiting.Status.Missing.Field),
            Is.EqualTo(("Secret", "spec.output.credentials.secretRef"))
        );
        Assert.That(Stage.Is(waiting, "Stalled", "True"), Is.False);
        stage.Time.Advance(TimeSpan.FromMinutes(6));
        await stage.NudgeAsync();
        await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True", "SecretNotFound"), "Stalled/SecretNotFound");
        await stage.Api.CreateAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = "push", NamespaceProperty = stage.Cluster.Namespace },
                Type = "kubernetes.io/dockerconfigjson",
                Data = new Dictionary<string, byte[]>(StringComparer.Ordinal)
                {
                    [".dockerconfigjson"] = """{"auths":{"r.example":{"auth":"dTpw"}}}"""u8.ToArray(),
                },
            },
            CancellationToken.None
        );
        await stage.UntilReadyAsync();
    }

    [Test]
    public async Task A_Secret_that_holds_no_credentials_is_named()
    {
        await using var stage = await Stage.StartAsync();
        await stage.Api.CreateAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = "push", NamespaceProperty = stage.Cluster.Namespace },
                Type = "Opaque",
            },
            CancellationToken.None
        );
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
        // A moment before, its creation hasn't been seen yet.
        await stage.UntilAsync(
            i =>
                i.Status?.Conditions.Any(c =>
                    c.Reason == "SecretNotFound" && c.Message.Contains("type Opaque", StringComparison.Ordinal)
                ) == true,
            "Stalled/SecretNotFound names its type"
        );
    }

    [Test]
    public async Task A_missing_ConfigMap_is_named_and_its_creation_is_enough()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Requirements = new RequirementsSpec { ConfigMapRef = new KeyReference { Name = "reqs" } },
                    Triggers = s.Triggers with { MinInterval = "0s" },
                }
            )
        );
        var image = await stage.UntilAsync(
            i => Stage.Is(i, "Reconciling", "True", "AwaitingObject"),
            "the ConfigMap is waited for"
        );
        Assert.That(
            image.Status!.Conditions.Single(c => c.Type == "Reconciling").Message,
            Does.Contain("spec.requirements.configMapRef")
        );
        await stage.WriteRequirementsAsync("numpy==2.0.0\n");
        await stage.UntilReadyAsync();

        await stage.WriteRequirementsAsync("numpy==2.1.0\n");
        var changed = await stage.UntilAsync(i => i.Status!.BuildCounter == 2, "a second build starts");
        var build = await stage.Api.GetAsync<GemmaBuild>(
            stage.Cluster.Namespace,
            changed.Status!.LatestBuild!,
            CancellationToken.None
        );
        Assert.That(build!.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.RequirementsChange }));
    }
}
