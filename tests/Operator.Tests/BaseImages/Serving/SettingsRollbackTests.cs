using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Pods;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Serving;
using k8s.Models;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;
using static Operator.Tests.BaseImages.Serving.SettingsExamples;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>Which settings go back, and when: pins, suspension, GPUs, nodes.</summary>
internal sealed class SettingsRollbackTests
{
    [Test]
    public void Without_automatic_rollback_settings_stay()
    {
        var world = Edited("bad", r => r with { Rollback = new RollbackSpec { Automatic = false } });
        world.CarryOut(available: 0, restarts: 3).Step();
        Assert.That(
            (world.Step(), Mode(world), world.Condition("Ready")),
            Is.EqualTo((Old, "bad", "False RolloutFailed"))
        );
    }

    [Test]
    public void A_pin_keeps_its_image_and_not_settings_that_fail()
    {
        var world = Edited("bad", r => r with { PinnedBuild = Old.Build! }).With(2);
        world.CarryOut(available: 0, restarts: 3).Step();
        Assert.That(
            (world.Step(), Mode(world), world.Condition("Stalled")),
            Is.EqualTo((Old, (string?)null, "True SettingsRolledBack"))
        );

        var both = Edited("bad", r => r with { PinnedBuild = New.Build! }).With(2);
        both.Step();
        both.CarryOut(available: 0, restarts: 3).Step();
        Assert.That(
            (both.Step(), Mode(both), both.Condition("Ready")),
            Is.EqualTo((New, "bad", "False RolloutFailed")),
            "a person's image isn't questioned, and may be at fault"
        );
    }

    [Test]
    public void A_pin_of_an_older_build_is_not_given_settings_that_failed()
    {
        var world = RolledBack().With(2);
        Assert.That(
            (world.Edit(r => r with { PinnedBuild = New.Build! }).Step(), Mode(world)),
            Is.EqualTo((New, (string?)null))
        );
    }

    [Test]
    public void While_suspended_settings_go_back_too()
    {
        var world = Edited("bad").Suspend();
        world.CarryOut(available: 0, restarts: 3).Step();
        Assert.That((world.Step(), Mode(world)), Is.EqualTo((Old, (string?)null)));
    }

    [Test]
    public void The_way_back_takes_the_GPU_and_a_new_image_does_not()
    {
        var world = Edited("bad", r => r with { Strategy = RolloutStrategy.Surge });
        Assert.That(MaxSurge(world), Is.EqualTo("1"), "what serves is not given up for what may not");
        world.CarryOut(available: 0, restarts: 3).Step();
        world.Step();
        Assert.That(MaxSurge(world), Is.EqualTo("0"));
        world.CarryOut().Step();
        world.With(2).Step();
        Assert.That(MaxSurge(world), Is.EqualTo("1"), "what serves again protects somebody");
    }

    [Test]
    public void Settings_that_no_node_takes_are_given_up_at_the_deadline_with_any_image()
    {
        var world = new RolloutWorld(r => r)
            .Serving(Old)
            .With(2)
            .Edit(r =>
                r with
                {
                    Server = r.Server with { NodeSelector = new Dictionary<string, string> { ["pool"] = "typo" } },
                }
            );
        world.Step();
        world.CarryOut(available: 0).Place(null).Exceed().Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (world.Status.RejectedDigests, world.Status.RejectedSettings!.Digest),
                Is.EqualTo(((IReadOnlyList<string>?)null, (string?)null))
            );
            Assert.That(world.Step(), Is.EqualTo(New), "no node was asked about the image");
            Assert.That(world.Desired.Spec.Template.Spec.NodeSelector, Is.Null);
            Assert.That(world.Message("Stalled"), Does.Contain("isn't scheduled: 0/1 nodes are available"));
        }
    }

    [Test]
    public void Settings_whose_Secret_lacks_a_key_are_given_up_at_the_deadline_by_its_name()
    {
        var variable = new ServerVariable
        {
            Name = "TOKEN",
            ValueFrom = new()
            {
                SecretKeyRef = new KeySelector { Name = "hub", Key = "typo" },
            },
        };
        var world = new RolloutWorld(r => r)
            .Serving(Old)
            .With(2)
            .Edit(r => r with { Server = r.Server with { Env = [variable] } });
        world.Step();
        world.CarryOut(available: 0).Place("n1");
        world
            .Change(pod =>
                pod.Status.ContainerStatuses = [
                    new V1ContainerStatus
                    {
                        Name = "server",
                        State = new V1ContainerState
                        {
                            Waiting = new V1ContainerStateWaiting
                            {
                                Reason = "CreateContainerConfigError",
                                Message = "couldn't find key typo in Secret ml/hub",
                            },
                        },
                    },
                ]
            )
            .Step();
        Assert.That(world.Condition("Available"), Is.EqualTo("False ContainerNotCreated"));
        Assert.That(world.Message("Available"), Does.Contain("couldn't find key typo in Secret ml/hub"));
        world.Exceed().Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((world.Status.RejectedDigests, world.Step()), Is.EqualTo(((IReadOnlyList<string>?)null, New)));
            Assert.That(
                world.Desired.Spec.Template.Spec.Containers[0].Env.Select(e => e.Name),
                Has.None.EqualTo("TOKEN")
            );
            Assert.That(world.Message("Stalled"), Does.Contain("couldn't find key typo in Secret ml/hub"));
        }
    }

    [Test]
    public void Settings_that_ask_for_the_same_nodes_are_not_given_up_for_a_GPU_that_is_not_there()
    {
        var world = Edited("innocent");
        world.CarryOut(available: 0).Place(null).Exceed().Step();
        Assert.That(
            (world.Step(), Mode(world), world.Status.RejectedSettings),
            Is.EqualTo((Old, "innocent", (RejectedSettings?)null))
        );
    }

    [Test]
    public void A_smoke_test_of_the_settings_before_says_nothing_of_the_new_ones()
    {
        var world = Edited("first", r => r with { SmokeTest = new SmokeTestSpec() });
        world.CarryOut().Step();
        world.Ask("""{"v":1,"digest":"sha256:target","ok":true,"answered":true,"detail":""}""");
        world.Edit(r => With(r, "second")).Step();
        world.CarryOut().Step();
        Assert.That(((RolloutProof.Soaking)world.Proof!).Test, Is.TypeOf<SmokeTest.Due>());
        world.Ask("""{"v":1,"digest":"sha256:target","ok":false,"answered":true,"detail":"it answered 500"}""").Step();
        Assert.That(world.Status.RejectedSettings!.Message, Does.Contain("its smoke test failed: it answered 500"));
    }

    [Test]
    public void A_pod_of_the_settings_before_that_crashes_says_nothing_of_the_new_ones()
    {
        var world = new RolloutWorld(r => r)
            .Serving(Old)
            .Deploy(Old, available: 0, restarts: 9)
            .Edit(r => With(r, "mended"));
        world.Step();
        world.CarryOutBeside(available: 0).Step();
        Assert.That(
            (world.Step(), Mode(world), world.Status.RejectedSettings),
            Is.EqualTo((Old, "mended", (RejectedSettings?)null))
        );
    }

    [Test]
    public void Without_pods_no_settings_are_proved()
    {
        var world = new RolloutWorld(r => r).Serving(Old).Proven(null).Scale(0);
        world.Step();
        Assert.That(world.Template, Is.Null);
    }

    [Test]
    public void The_same_amount_written_otherwise_is_the_same_setting()
    {
        RolloutSpec Cpu(RolloutSpec r, string cpu) =>
            r with
            {
                Server = r.Server with
                {
                    Resources = new V1ResourceRequirements
                    {
                        Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu) },
                    },
                },
            };
        var world = new RolloutWorld(r => Cpu(r, "1")).Serving(Old);
        world.Edit(r => Cpu(r, "1000m")).Step();
        Assert.That(((RolloutDecision.Serve)world.Decision).HasNewSettings, Is.False);
    }
}
