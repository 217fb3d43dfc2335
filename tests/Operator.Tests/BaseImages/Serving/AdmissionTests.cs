using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Workloads;
using k8s.Models;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>A live object is what admission made of it: known again by digest and revision, and written once.</summary>
internal sealed class AdmissionTests
{
    private static string Mirrored(string reference) => "mirror.internal/" + reference;

    [Test]
    public void Pods_whose_image_comes_from_a_mirror_are_known_by_its_digest()
    {
        var world = new RolloutWorld(r => r with { SmokeTest = new() }).Serving(Old).With(2).Deploy(New);
        world.Change(p => p.Spec.Containers[0].Image = Mirrored(p.Spec.Containers[0].Image)).Step();
        Assert.That(((RolloutProof.Soaking)world.Proof!).Test, Is.TypeOf<SmokeTest.Due>());
    }

    [Test]
    public void Pods_whose_image_has_lost_its_digest_are_known_by_what_their_node_pulled()
    {
        var world = new RolloutWorld(r => r with { SmokeTest = new() }).Serving(Old).With(2).Deploy(New);
        world.Change(p =>
        {
            p.Spec.Containers[0].Image = "mirror.internal/app:b2";
            p.Status.ContainerStatuses[0].ImageID = Mirrored(New.Reference);
        });
        world.Step();
        Assert.That(((RolloutProof.Soaking)world.Proof!).Test, Is.TypeOf<SmokeTest.Due>());
        world.Change(p => p.Status.ContainerStatuses[0].ImageID = Mirrored(Old.Reference)).Step();
        Assert.That(((RolloutProof.Soaking)world.Proof!).Test, Is.TypeOf<SmokeTest.Running>());
    }

    [Test]
    public void Pods_that_say_nothing_are_known_by_the_ReplicaSet_that_made_them()
    {
        var world = new RolloutWorld(r => r with { SmokeTest = new() }).Serving(Old).With(2).Deploy(New);
        world.Change(p =>
        {
            p.Metadata.Annotations = null;
            p.Spec.Containers[0].Image = "mirror.internal/app:b2";
        });
        world.Step();
        Assert.That(((RolloutProof.Soaking)world.Proof!).Test, Is.TypeOf<SmokeTest.Running>());
        world.ShowReplicaSet().Step();
        Assert.That(((RolloutProof.Soaking)world.Proof!).Test, Is.TypeOf<SmokeTest.Due>());
    }

    [Test]
    public void A_pod_that_runs_another_image_than_its_ReplicaSet_has_proves_nothing_and_is_told()
    {
        var other = "mirror.internal/app@sha256:" + new string('f', 64);
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New).ShowReplicaSet();
        world.Change(p => p.Spec.Containers[0].Image = other).Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Rewritten"), Is.EqualTo("True RewrittenByAdmission"));
            Assert.That(world.Condition("Stalled"), Is.EqualTo("True RewrittenByAdmission"));
            Assert.That(world.Message("Stalled"), Does.Contain("image: asked for").And.Contain("mirror.internal/app"));
            Assert.That(world.Status.RejectedDigests, Is.Null);
        }
    }

    private static readonly TestCaseData[] AsGood =
    [
        Case("an image of a mirror", d => Server(d).Image = Mirrored(Server(d).Image)),
        Case("an image of a mirror without its digest", d => Server(d).Image = "mirror.internal/app:b2"),
        Case("a sidecar", d => d.Spec.Template.Spec.Containers.Insert(0, new V1Container { Name = "proxy" })),
        Case("more of a resource", d => Server(d).Resources.Requests["cpu"] = new ResourceQuantity("4")),
        Case("limits where there were none", d => Server(d).Resources.Limits["cpu"] = new ResourceQuantity("4")),
        Case(
            "a toleration",
            d => d.Spec.Template.Spec.Tolerations = [new V1Toleration { Key = "gpu", OperatorProperty = "Exists" }]
        ),
        Case("labels and annotations", d => d.Spec.Template.Metadata.Annotations["corp/team"] = "ml"),
        Case("a pull policy", d => Server(d).ImagePullPolicy = "Always"),
    ];

    [TestCaseSource(nameof(AsGood))]
    public void What_admission_adds_or_renames_on_the_Deployment_starts_no_rollout_and_no_second_write(
        Action<V1Deployment> admission
    )
    {
        var world = Rewriting(admission);
        world.Step();
        world.Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(((RolloutDecision.Serve)world.Decision).Drift, Is.Null);
            Assert.That(world.Proof, Is.TypeOf<RolloutProof.Soaking>());
            Assert.That(world.Condition("Rewritten"), Is.Null);
            Assert.That(world.Condition("Stalled"), Is.Null);
        }

        world.Wait(TimeSpan.FromMinutes(20)).Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(New));
        Assert.That(((RolloutDecision.Serve)world.Decision).Drift, Is.Null);
    }

    private static readonly TestCaseData[] NotAsGood =
    [
        Case("a dropped variable", ".env[name=MODEL_NAME]", d => Server(d).Env.RemoveAt(0)),
        Case("another variable", ".env[name=PORT].value", d => Server(d).Env.First(e => e.Name == "PORT").Value = "1"),
        Case("a dropped volume", ".volumes[name=tmp]", d => d.Spec.Template.Spec.Volumes.Clear()),
        Case("fewer GPUs", "limits.nvidia.com/gpu", d => Server(d).Resources.Limits["nvidia.com/gpu"] = new("0")),
        Case("more GPUs", "limits.nvidia.com/gpu", d => Server(d).Resources.Limits["nvidia.com/gpu"] = new("8")),
        Case("less CPU", "requests.cpu", d => Server(d).Resources.Requests["cpu"] = new("1m")),
        Case("another grace period", "PeriodSeconds", d => d.Spec.Template.Spec.TerminationGracePeriodSeconds = 1),
    ];

    [TestCaseSource(nameof(NotAsGood))]
    public void What_admission_takes_away_is_told_with_its_field_and_asked_for_again_slowly(
        string field,
        Action<V1Deployment> admission
    )
    {
        var world = Rewriting(admission);
        world.Step();
        world.Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(((RolloutDecision.Serve)world.Decision).Drift, Is.Null, "the same would come of it");
            Assert.That(world.Condition("Rewritten"), Is.EqualTo("True RewrittenByAdmission"));
            Assert.That(world.Message("Rewritten"), Does.Contain(field).And.Contain(": asked for"));
            Assert.That(world.Condition("Stalled"), Is.Null, "its image is known, and is judged by its pods");
        }

        world.Wait(TimeSpan.FromMinutes(10)).Step();
        Assert.That(((RolloutDecision.Serve)world.Decision).Drift, Does.Contain(field));
        world.CarryOut();
        world.Written([]).Step();
        world.Step();
        Assert.That(world.Condition("Rewritten"), Is.Null, "the policy has an exception now");
    }

    [Test]
    public void A_Deployment_that_gets_another_image_stalls_and_blames_nobody()
    {
        var world = Rewriting(d => Server(d).Image = "mirror.internal/app@sha256:" + new string('f', 64));
        world.Step();
        world.Exceed().Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Stalled"), Is.EqualTo("True RewrittenByAdmission"));
            Assert.That(world.Condition("Ready"), Is.EqualTo("False RolloutFailed"));
            Assert.That(world.Message("Stalled"), Does.Contain(New.Reference[..40]).And.Contain("mirror.internal/app"));
            Assert.That(world.Status.RejectedDigests, Is.Null);
        }
    }

    [Test]
    public void A_field_that_is_undone_three_times_is_left_to_whoever_does_it_and_tried_slowly()
    {
        var world = new RolloutWorld(r => r).Serving(Old);
        for (var round = 1; round <= 2; round++)
        {
            Undo(world).Step();
            Assert.That(((RolloutDecision.Serve)world.Decision).Drift, Does.EndWith("PeriodSeconds"), $"round {round}");
            Assert.That(world.Condition("Rewritten"), Is.Null);
            world.CarryOut().Written([]).Wait(TimeSpan.FromSeconds(20)).Step();
        }

        Undo(world).Owned("conflict with \"argocd\" using apps/v1").Step();
        world.Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(((RolloutDecision.Serve)world.Decision).Drift, Is.Null);
            Assert.That(world.Condition("Rewritten"), Is.EqualTo("True FieldContested"));
            Assert.That(
                world.Message("Rewritten"),
                Does.Contain("terminationGracePeriodSeconds: asked for").And.Contain("3 times").And.Contain("argocd")
            );
            Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"), "its image is known");
        }

        world.Wait(world.Decision.NextLook!.Value - A.Morning - TimeSpan.FromSeconds(41)).Step();
        Assert.That(((RolloutDecision.Serve)world.Decision).Drift, Is.Null);
        world.Wait(TimeSpan.FromSeconds(1)).Step();
        Assert.That(((RolloutDecision.Serve)world.Decision).Drift, Is.Not.Null, "it is tried again after 10 minutes");
        world.CarryOut().Written([]);
        Undo(world).Wait(TimeSpan.FromMinutes(19)).Step();
        Assert.That(((RolloutDecision.Serve)world.Decision).Drift, Is.Null, "and then after 20");
    }

    private static RolloutWorld Undo(RolloutWorld world) =>
        world.Rewrite(d => d.Spec.Template.Spec.TerminationGracePeriodSeconds = 7);

    /// <summary>The newest image is asked for, and admission makes something else of that.</summary>
    private static RolloutWorld Rewriting(Action<V1Deployment> admission)
    {
        var world = new RolloutWorld(r =>
            r with
            {
                Server = r.Server with
                {
                    Resources = new V1ResourceRequirements
                    {
                        Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("2") },
                    },
                },
            }
        )
            .Serving(Old)
            .With(2);
        world.Step();
        return world.CarryOut().Rewrite(admission).WrittenAsItStands();
    }

    private static V1Container Server(V1Deployment deployment) =>
        deployment.Spec.Template.Spec.Containers.First(c => c.Name == ServingDeployment.ContainerName);

    private static TestCaseData Case(string name, Action<V1Deployment> admission) =>
        new TestCaseData(admission).SetArgDisplayNames(name);

    private static TestCaseData Case(string name, string field, Action<V1Deployment> admission) =>
        new TestCaseData(field, admission).SetArgDisplayNames(name);
}
