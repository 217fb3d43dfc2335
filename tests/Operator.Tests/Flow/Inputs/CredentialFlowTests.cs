using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Isolation;
using GemmaOperator.Api.Words;
using k8s.Models;

namespace Operator.Tests.Flow.Inputs;

/// <summary>Credentials that a build takes from more than one place.</summary>
internal sealed class CredentialFlowTests
{
    [Test]
    public async Task A_Legacy_build_that_names_two_Secrets_reads_one_that_is_made_of_both()
    {
        await using var stage = await Stage.StartAsync();
        await CreateAsync(stage, "pull", "bases.example");
        await CreateAsync(stage, "push", "results.example");
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Base = s.Base with { PullSecretRef = new LocalReference { Name = "pull" } },
                    Build = s.Build with { Isolation = BuildIsolation.Legacy },
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
        await stage.UntilReadyAsync();
        var merged = (await stage.ListAsync<V1Secret>()).Single(s => s.Metadata.Name is not ("pull" or "push"));
        Assert.That(merged.Metadata.OwnerReferences.Single().Kind, Is.EqualTo("GemmaBuild"));
        Assert.That(
            Encoding.UTF8.GetString(merged.Data.Values.Single()),
            Does.Contain("bases.example").And.Contain("results.example")
        );
    }

    private static Task CreateAsync(Stage stage, string name, string host) =>
        stage.Api.CreateAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = stage.Cluster.Namespace },
                Type = "kubernetes.io/dockerconfigjson",
                Data = new Dictionary<string, byte[]>(StringComparer.Ordinal)
                {
                    [".dockerconfigjson"] = Encoding.UTF8.GetBytes(
                        new JsonObject
                        {
                            ["auths"] = new JsonObject { [host] = new JsonObject { ["auth"] = "dTpw" } },
                        }.ToJsonString()
                    ),
                },
            },
            CancellationToken.None
        );
}
