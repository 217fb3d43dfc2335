using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Text;
using Operator.Tests.BaseImages.Serving;

namespace Operator.Tests.Upgrade;

/// <summary>
/// Kind: an upgrade of the operator is nobody's rebuild. Pods that this release would render otherwise stay until
/// another image takes their place, and a rendering that fails costs no image.
/// </summary>
internal sealed class OtherReleasePodTests
{
    private static readonly ImageStatus Old = RolloutWorld.Old;
    private static readonly ImageStatus New = RolloutWorld.New;

    /// <summary>Another release's settings of the same spec.</summary>
    private static ServingTemplate Theirs(ImageStatus app)
    {
        var pod = JsonNode.Parse(ServingTemplate.For(A.BaseImage(), app.Reference).Text!.ToString())!;
        pod["metadata"]!["annotations"]![ServingTemplate.SettingsAnnotation] = "0123456789abcdef";
        pod["spec"]!["terminationGracePeriodSeconds"] = 7;
        return ServingTemplate.Read(CompressedString.Of(pod.ToJsonString()))!;
    }

    /// <summary>
    /// Ready, and served with pods that another release rendered, whether it recorded what was asked or not.
    /// </summary>
    private static RolloutWorld Upgraded(bool recorded, Func<RolloutSpec, RolloutSpec>? rollout = null)
    {
        var world = new RolloutWorld(r =>
            (rollout ?? (same => same))(r with { Rollback = new RollbackSpec { SoakTime = "0s" } })
        ).Serving(Old);
        world.Step();
        Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"));
        return world.Recorded(recorded).Proven(Theirs(Old).Text!.ToString()).Deploy(Old, settings: Theirs(Old));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Pods_that_this_release_renders_otherwise_stay(bool recorded)
    {
        var world = Upgraded(recorded);
        Assert.That(world.Step(), Is.EqualTo(Old));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Desired.Spec.Template.Settings, Is.EqualTo("0123456789abcdef"));
            Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"));
            Assert.That(world.Condition("Stalled"), Is.Null);
            Assert.That(world.Status.ServingSettings, Is.Not.Null, "from now on it is recorded");
        }

        world.Edit(r => r with { Approval = GemmaOperator.Api.Words.RolloutApproval.Manual }).Step();
        Assert.That(
            world.Desired.Spec.Template.Settings,
            Is.EqualTo("0123456789abcdef"),
            "another edit brings nothing"
        );
    }

    [Test]
    public void The_next_image_comes_with_this_releases_pods()
    {
        var world = Upgraded(recorded: false);
        world.Step();
        Assert.That(world.With(2).Step(), Is.EqualTo(New));
        Assert.That(world.Desired.Spec.Template.Spec.TerminationGracePeriodSeconds, Is.EqualTo(120));
        world.CarryOut().Step();
        world.Step();
        Assert.That(world.Status.ServingImage, Is.EqualTo(New));
        Assert.That(world.Condition("Ready"), Is.EqualTo("True Serving"));
        Assert.That(((RolloutDecision.Serve)world.Decision).Settings.DifferByUpgrade, Is.False);
    }

    [Test]
    public void A_change_of_the_pods_settings_comes_with_this_releases_pods()
    {
        var world = Upgraded(recorded: false);
        world.Step();
        world.Edit(r => r with { Server = r.Server with { TerminationGracePeriodSeconds = 30 } }).Step();
        Assert.That(world.Desired.Spec.Template.Spec.TerminationGracePeriodSeconds, Is.EqualTo(30));
    }

    [Test]
    public void A_rollout_that_was_under_way_goes_on_with_the_pods_that_it_began_with()
    {
        var world = Upgraded(recorded: true);
        world.Step();
        world.With(2).Deploy(New, available: 0, settings: Theirs(New)).Step();
        Assert.That(world.Desired.Spec.Template.Settings, Is.EqualTo("0123456789abcdef"));
    }

    [Test]
    public void A_rendering_that_fails_with_a_new_image_is_given_up_first_and_then_the_image()
    {
        var world = Upgraded(recorded: false);
        world.Step();
        world.With(2).Step();
        world.CarryOut(available: 0, restarts: 3).Step();
        Assert.That(world.Step(), Is.EqualTo(New), "the image gets another try, with the pods that are known to serve");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Desired.Spec.Template.Settings, Is.EqualTo("0123456789abcdef"));
            Assert.That(world.Condition("Stalled"), Is.Null, "no user is asked to change a spec that is right");
            Assert.That(world.Status.RejectedSettings?.Message, Does.Contain("failed with these settings"));
        }

        world.CarryOut(available: 0, restarts: 3).Step();
        Assert.That(world.Status.RejectedDigests, Is.EqualTo(new[] { New.Digest }));
        Assert.That(world.Step(), Is.EqualTo(Old));
        Assert.That(world.Condition("Stalled"), Is.EqualTo("True RolledBack"));
    }

    [Test]
    public void A_user_s_settings_that_failed_are_no_upgrade()
    {
        var world = new RolloutWorld(r => r).Serving(Old);
        world.Step();
        world.Edit(r => r with { Server = r.Server with { TerminationGracePeriodSeconds = 30 } }).Step();
        world.CarryOut(available: 0, restarts: 3).Step();
        world.Step();
        world.CarryOut().Step();
        world.Step();
        Assert.That(world.Condition("Stalled"), Is.EqualTo("True SettingsRolledBack"));
    }
}
