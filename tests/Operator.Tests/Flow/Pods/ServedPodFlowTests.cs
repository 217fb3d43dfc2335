using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Pods;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;

namespace Operator.Tests.Flow.Pods;

/// <summary>What the served pods get from their surroundings goes through a rollout, and builds nothing.</summary>
internal sealed class ServedPodFlowTests
{
    [Test]
    public async Task A_missing_Secret_is_named_and_holds_up_the_rollout_and_not_what_serves()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image(s => s));
        var before = (await stage.UntilReadyAsync()).Status!;
        await stage.ApplyAsync(Asking(stage));
        var waiting = await stage.UntilAsync(
            i => Stage.Is(i, "Reconciling", "True", "AwaitingObject"),
            "the Secret is asked for"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                waiting.Status!.Conditions.Single(c => c.Type == "Reconciling").Message,
                Does.Contain($"env[0].valueFrom.secretKeyRef: Secret {stage.Cluster.Namespace}/hub doesn't exist")
            );
            Assert.That(Stage.Is(waiting, "Available", "True"));
            Assert.That((await ServerAsync(stage)).Env.Select(e => e.Name), Has.None.EqualTo("TOKEN"));
        }

        await stage.Api.CreateAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = "hub", NamespaceProperty = stage.Cluster.Namespace },
                Data = new Dictionary<string, byte[]> { ["token"] = Encoding.ASCII.GetBytes("t") },
            },
            CancellationToken.None
        );
        var served = await stage.UntilReadyAsync();
        var server = await ServerAsync(stage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (served.Status!.ServingImage, served.Status.BuildCounter),
                Is.EqualTo((before.ServingImage, before.BuildCounter)),
                "nothing is built"
            );
            Assert.That(
                server.Env.Single(e => e.Name == "TOKEN").ValueFrom.SecretKeyRef,
                Is.EqualTo(new V1SecretKeySelector { Name = "hub", Key = "token" })
                    .Using<V1SecretKeySelector>((a, b) => (a.Name, a.Key) == (b.Name, b.Key))
            );
            Assert.That(server.VolumeMounts.Select(m => m.MountPath), Does.Contain("/dev/shm"));
        }

        await stage.SettledAsync();
        await stage.UntilAsync(i => i.Status!.Conditions.All(c => c.Type != "Rewritten"), "nothing is undone");
    }

    private static async Task<V1Container> ServerAsync(Stage stage) =>
        (await stage.ListAsync<V1Pod>($"{WorkloadMetadata.NameLabel}={WorkloadMetadata.ServerName}"))
            .Single(p => p.Metadata.DeletionTimestamp is null)
            .Spec.Containers.Single(c => c.Name == ServingDeployment.ContainerName);

    private static GemmaBaseImage Asking(Stage stage) =>
        stage.Image(s =>
            s with
            {
                Rollout = s.Rollout with
                {
                    Server = s.Rollout.Server with
                    {
                        Env =
                        [
                            new ServerVariable
                            {
                                Name = "TOKEN",
                                ValueFrom = new()
                                {
                                    SecretKeyRef = new KeySelector { Name = "hub", Key = "token" },
                                },
                            },
                        ],
                        Volumes =
                        [
                            new ServedVolume
                            {
                                Name = "shm",
                                EmptyDir = new EmptyDirSource { Medium = VolumeMedium.Memory, SizeLimit = "1024Mi" },
                            },
                        ],
                        VolumeMounts = [new ServedMount { Name = "shm", MountPath = "/dev/shm" }],
                    },
                },
            }
        );
}
