using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Serving;
using k8s.Models;
using static Operator.Tests.BaseImages.Serving.RolloutWorld;
using static Operator.Tests.BaseImages.Serving.SettingsExamples;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>
/// Settings of the server prove themselves as an image does, and what fails goes back to the pair that served.
/// </summary>
internal sealed class SettingsTests
{
    [TestCase("crash", "pod gemma-x crashed 3 times, last with exit code 139 (Error)")]
    [TestCase("deadline", "it made no progress within 60m: pod gemma-x runs and isn't ready yet")]
    [TestCase("soak", "its pods were available, then weren't for 30 minutes")]
    public void Settings_that_fail_with_the_image_that_serves_go_and_the_ones_before_come_back(string how, string why)
    {
        var world = Edited("bad");
        Assert.That(world.Condition("Ready"), Is.EqualTo("False RolloutInProgress"));
        _ = how switch
        {
            "crash" => world.CarryOut(available: 0, restarts: 3).Step(),
            "deadline" => world.CarryOut(available: 0).Exceed().Step(),
            _ => FailSoak(world),
        };
        Assert.That(
            (world.Status.RejectedDigests, world.Status.RejectedSettings?.Digest),
            Is.EqualTo(((IReadOnlyList<string>?)null, Old.Digest))
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Step(), Is.EqualTo(Old));
            Assert.That(Mode(world), Is.Null, "what served before");
            Assert.That(
                (world.Condition("Stalled"), world.Condition("Ready")),
                Is.EqualTo(("True SettingsRolledBack", "False SettingsRolledBack"))
            );
            Assert.That(
                world.Message("Stalled"),
                Is.EqualTo(
                    $"spec.rollout.server: {Old.Reference} failed with these settings ({why}); "
                        + $"{Old.Reference} goes on serving with the settings before "
                        + "(they differ in spec.containers[name=server].env[name=MODE] of the pod). "
                        + "Change spec.rollout.server."
                )
            );
        }

        world.CarryOut().Step();
        Assert.That(
            (world.Condition("Stalled"), world.Condition("Reconciling"), world.Condition("Available")),
            Is.EqualTo(("True SettingsRolledBack", (string?)null, "True MinimumReplicasAvailable"))
        );
        Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
    }

    [Test]
    public void Other_settings_are_tried_and_soak()
    {
        var world = RolledBack();
        world.Edit(r => With(r, "good")).Step();
        Assert.That(
            (Mode(world), world.Status.RejectedSettings, world.Condition("Stalled")),
            Is.EqualTo(("good", (RejectedSettings?)null, (string?)null))
        );
        world.CarryOut().Step();
        Assert.That(
            (world.Condition("Ready"), world.Status.Rollout!.Stage.Text),
            Is.EqualTo(("False RolloutInProgress", "Soaking"))
        );
        world.Wait(TimeSpan.FromMinutes(10)).Step();
        Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"));
        world.Edit(r => With(r, "bad")).Step();
        world.CarryOut(available: 0, restarts: 3).Step();
        world.Step();
        Assert.That(Mode(world), Is.EqualTo("good"), "what has proved itself last");
    }

    [Test]
    public void The_settings_before_are_Ready_at_once()
    {
        var world = RolledBack();
        world.Edit(r => With(r, null)).Step();
        Assert.That(
            (world.Condition("Ready"), world.Condition("Stalled"), world.Status.RejectedSettings),
            Is.EqualTo(("True Serving", (string?)null, (RejectedSettings?)null))
        );
        world.Edit(r => With(r, "bad")).Step();
        Assert.That(Mode(world), Is.EqualTo("bad"), "a person who asks again gets another try");
    }

    [Test]
    public void A_number_of_replicas_is_no_setting()
    {
        var world = new RolloutWorld(r => r).Serving(Old).Edit(r => r with { Server = r.Server with { Replicas = 2 } });
        world.Step();
        Assert.That(world.Desired.Spec.Replicas, Is.EqualTo(2));
        Assert.That(((RolloutDecision.Serve)world.Decision).HasNewSettings, Is.False);
    }

    [Test]
    public void An_image_that_fails_with_the_settings_that_served_is_given_up_alone()
    {
        var world = new RolloutWorld(r => r).Serving(Old).With(2).Deploy(New, available: 0, restarts: 3);
        world.Step();
        Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }));
        Assert.That(world.Status.RejectedSettings, Is.Null);
    }

    [Test]
    public void A_new_image_with_new_settings_is_given_up_with_them_and_gets_another_try_with_others()
    {
        var world = Edited("bad").With(2);
        Assert.That(world.Step(), Is.EqualTo(New));
        world.CarryOut(available: 0, restarts: 3).Step();
        Assert.That(
            (world.Status.RejectedDigests, world.Status.RejectedSettings?.Digest),
            Is.EqualTo(((IReadOnlyList<string>?)null, New.Digest))
        );
        Assert.That((world.Step(), Mode(world)), Is.EqualTo((Old, (string?)null)));
        world.CarryOut().Step();
        Assert.That(
            world.Message("Stalled"),
            Does.StartWith($"spec.rollout.server: {New.Reference} failed with these settings (pod")
                .And.Contain($"; {Old.Reference} goes on serving")
        );
        Assert.That((world.Edit(r => With(r, "good")).Step(), Mode(world)), Is.EqualTo((New, "good")));
        world.CarryOut(available: 0, restarts: 3).Step();
        Assert.That(
            (world.Edit(r => With(r, null)).Step(), Mode(world)),
            Is.EqualTo((New, (string?)null)),
            "nothing was held against the image alone"
        );
        world.CarryOut(available: 0, restarts: 3).Step();
        Assert.That(
            (world.Step(), world.Condition("Stalled")),
            Is.EqualTo((Old, "True RolledBack")),
            "now something is"
        );
    }

    [Test]
    public void The_next_build_is_served_with_the_settings_that_work()
    {
        var world = RolledBack().With(2);
        Assert.That((world.Step(), Mode(world)), Is.EqualTo((New, (string?)null)));
        world.CarryOut().Step();
        world.Wait(TimeSpan.FromMinutes(10)).Step();
        Assert.That(
            (world.Status.ServingImage, world.Condition("Stalled")),
            Is.EqualTo((New, "True SettingsRolledBack")),
            "the spec still asks for what failed"
        );
    }

    [Test]
    public void Settings_that_failed_with_an_image_of_an_older_spec_are_tried_with_the_one_that_they_were_made_for()
    {
        var world = RolledBack().With(2, A.Inputs(publish: "p2"));
        Assert.That((world.Step(), Mode(world)), Is.EqualTo((New, "bad")));
        world.CarryOut(available: 0, restarts: 3).Step();
        Assert.That((world.Step(), Mode(world)), Is.EqualTo((Old, (string?)null)));
        world.With(3);
        Assert.That(
            (world.Step(), Mode(world)),
            Is.EqualTo((A.Image(3, "gemma-base-service"), (string?)null)),
            "once, and not with every build"
        );
    }

    [Test]
    public void The_first_settings_have_nothing_to_go_back_to_and_are_known_when_they_serve()
    {
        var world = new RolloutWorld(r => With(r, "bad")).With(1);
        world.Step();
        world.CarryOut(available: 0, restarts: 3).Step();
        Assert.That(
            (world.Step(), Mode(world), world.Condition("Ready")),
            Is.EqualTo((Old, "bad", "False RolloutFailed"))
        );
        world.Edit(r => With(r, "good")).Step();
        Assert.That(world.Template, Is.Null);
        world.CarryOut().Step();
        Assert.That(world.Template, Does.Contain("good"));
    }

    [TestCase(null)]
    [TestCase("{}")]
    [TestCase("{\"spec\":{\"containers\":[]}}")]
    [TestCase("cut off {")]
    public void Without_proven_settings_that_can_be_read_it_serves_what_the_spec_says(string? kept)
    {
        var world = new RolloutWorld(r => r).Serving(Old).Proven(kept).Edit(r => With(r, "new"));
        world.Step();
        world.CarryOut(available: 0, restarts: 3).Exceed().Step();
        Assert.That(
            (world.Step(), Mode(world), world.Condition("Ready")),
            Is.EqualTo((Old, "new", "False PodsUnavailable"))
        );
        Assert.That(
            (world.Status.RejectedDigests, world.Status.RejectedSettings),
            Is.EqualTo(((IReadOnlyList<string>?)null, (RejectedSettings?)null))
        );
        world.CarryOut().Step();
        Assert.That(
            (world.Condition("Ready"), world.Template?.Contains("new", StringComparison.Ordinal)),
            Is.EqualTo(("True Serving", (bool?)true))
        );
    }
}
