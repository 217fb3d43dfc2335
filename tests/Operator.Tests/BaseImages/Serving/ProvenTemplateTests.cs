using static Operator.Tests.BaseImages.Serving.RolloutWorld;
using static Operator.Tests.BaseImages.Serving.SettingsExamples;

namespace Operator.Tests.BaseImages.Serving;

/// <summary>The pod template to go back to stands in a ControllerRevision, which people may delete and edit.</summary>
internal sealed class ProvenTemplateTests
{
    [Test]
    public void A_template_in_the_status_becomes_a_revision_and_nothing_else_changes()
    {
        var world = new RolloutWorld(r => r).Serving(Old);
        var before = world.Status.ServingTemplate;
        Assert.That(world.Step(), Is.EqualTo(Old));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Is.Not.Null);
            Assert.That(world.Status.ServingTemplate, Is.Null);
            Assert.That(world.Status.ServingRevision!.Image, Is.EqualTo(Old.Reference));
            Assert.That(world.Status.ServingImage, Is.EqualTo(Old));
            Assert.That(world.Status.RejectedSettings, Is.Null);
        }
    }

    [Test]
    public void While_the_spec_asks_for_what_serves_nobody_reads_the_revision()
    {
        var world = new RolloutWorld(r => r).Serving(Old);
        world.Step();
        var kept = world.Status.ServingRevision;
        world.DeleteRevision().Step();
        world.Step();
        Assert.That((world.Reads, world.Status.ServingRevision), Is.EqualTo((0, kept)));
        world.Edit(r => With(r, "other")).Step();
        Assert.That(world.Reads, Is.EqualTo(1));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Settings_that_were_given_up_stay_out_when_the_revision_is_lost(bool forged)
    {
        var world = RolledBack();
        _ = forged ? world.ForgeRevision("\"server\"", "\"forged\"") : world.DeleteRevision();
        world.Step();
        Assert.That((world.Step(), Mode(world)), Is.EqualTo((Old, (string?)null)), "the Deployment has them still");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Condition("Stalled"), Is.EqualTo("True SettingsRolledBack"));
            Assert.That(world.Template, Does.Not.Contain("forged").And.Contains(Old.Reference), "kept anew");
            var told = world.Told.Where(e => e.Reason == "TemplateLost").ToList();
            Assert.That(told, Has.Count.EqualTo(1));
            Assert.That(
                told[0].Note,
                Does.Contain(forged ? "doesn't hold the pod template" : "was deleted").And.Contains("kept anew")
            );
        }
    }

    [Test]
    public void With_neither_revision_nor_Deployment_the_spec_is_served_and_it_is_told()
    {
        var world = RolledBack();
        world.DeleteRevision().Delete().Step();
        Assert.That((world.Step(), Mode(world)), Is.EqualTo((Old, "bad")));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status.ServingRevision, Is.Null, "nothing is named that isn't there");
            Assert.That(
                world.Told.Single(e => e.Reason == "TemplateLost").Note,
                Does.Contain("failed settings have nothing to go back to")
            );
        }
    }

    [Test]
    public void Where_no_revision_can_be_made_the_template_stays_in_the_status()
    {
        var world = new RolloutWorld(r => r) { MakesRevisions = false }
            .Serving(Old)
            .Edit(r => With(r, "bad"));
        world.Step();
        world.CarryOut(available: 0, restarts: 3).Step();
        Assert.That((world.Step(), Mode(world)), Is.EqualTo((Old, (string?)null)));
        Assert.That(world.Status.ServingTemplate?.ToString(), Does.Contain(Old.Reference));
    }
}
