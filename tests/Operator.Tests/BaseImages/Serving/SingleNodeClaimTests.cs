using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using k8s.Models;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>A claim that one node alone can attach is waited for by nobody: its pod ends before the next one starts.</summary>
internal sealed class SingleNodeClaimTests
{
    [TestCase("ReadWriteOnce", "0")]
    [TestCase("ReadWriteOncePod", "0")]
    [TestCase("ReadOnlyMany", "1")]
    public void Surge_acts_in_place_by_the_claims_access_modes_and_remembers_them(string mode, string surge)
    {
        var world = Surging();
        world.Modes = [mode];
        world.Step();
        Assert.That(MaxSurge(world), Is.EqualTo(surge));
        Assert.That(
            world.Message("Reconciling")?.Contains("Surge acts as InPlace", StringComparison.Ordinal),
            Is.EqualTo(surge == "0")
        );
        world.Modes = null;
        world.CarryOut().Step();
        Assert.That(MaxSurge(world), Is.EqualTo(surge), "the claim isn't asked for each time");
    }

    [Test]
    public void Where_the_claim_cannot_be_read_the_first_pod_that_cannot_attach_it_tells()
    {
        var world = Surging();
        world.Step();
        Assert.That(MaxSurge(world), Is.EqualTo("1"));
        world.CarryOutBeside(available: 1).Rewrite(d => d.Status.Replicas = 2).Change(Mounting);
        world.Change(p => p.Metadata.Name = "gemma-new", onlyNewest: true);
        world.Change(p => (p.Spec.NodeName, p.Status.Phase, p.Status.ContainerStatuses) = ("n2", "Pending", []), true);
        world.Tell("FailedAttachVolume", "Multi-Attach error for volume \"pvc-1\"", "gemma-new").Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(MaxSurge(world), Is.EqualTo("0"), "what holds it gives it up");
            Assert.That(world.Status.Rollout!.SingleNodeClaim, Is.EqualTo("weights"));
            Assert.That(world.Message("Reconciling"), Does.Contain("Multi-Attach").And.Contain("acts as InPlace"));
        }

        world.CarryOut().Step();
        Assert.That(MaxSurge(world), Is.EqualTo("0"), "next time it is known before");
    }

    private static void Mounting(V1Pod pod) =>
        pod.Spec.Volumes = [
            new V1Volume
            {
                Name = "models",
                PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "weights" },
            },
        ];

    private static RolloutWorld Surging() =>
        new RolloutWorld(r =>
            r with
            {
                Strategy = RolloutStrategy.Surge,
                Server = r.Server with { Model = new ModelSpec { ExistingClaim = "weights" } },
            }
        )
            .Serving(Old)
            .With(2);

    private static string MaxSurge(RolloutWorld world) => world.Desired.Spec.Strategy.RollingUpdate.MaxSurge.Value;
}
