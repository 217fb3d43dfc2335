using GemmaOperator.Api.Probes;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.Cluster;
using static Operator.Tests.BaseImages.Probe.ProbeWorld;

namespace Operator.Tests.BaseImages.Probe;

/// <summary>How a question goes, and what ends one that isn't answered.</summary>
internal sealed class ProbeRunTests
{
    [Test]
    public void A_question_whose_Job_isnt_seen_yet_is_asked_under_the_same_name()
    {
        var world = new ProbeWorld();
        world.Step();
        var job = world.Jobs.Single().Metadata.Name;
        world.WithoutJobs().Step();
        Assert.That(world.Jobs.Single().Metadata.Name, Is.EqualTo(job));
        Assert.That(world.Status!.Number, Is.EqualTo(1));
    }

    [Test]
    public void Each_question_has_a_number_of_its_own()
    {
        var world = new ProbeWorld().Ask(Empty);
        world.Now = Tick.AddDays(7);
        world.Step();
        Assert.That(world.Jobs.Select(j => j.Metadata.Name).Distinct().Count(), Is.EqualTo(2));
        Assert.That(world.Status!.Number, Is.EqualTo(2));
    }

    [Test]
    public void Three_at_a_time_ask_in_a_namespace_and_who_waits_too_long_builds()
    {
        var world = new ProbeWorld { Others = ProbeRun.MostInNamespace };
        Assert.That(world.Step().NextLook, Is.EqualTo(Tick.AddSeconds(30)));
        Assert.That(world.Jobs, Is.Empty);
        world.Now = Tick.AddMinutes(1);
        world.Others--;
        world.Step();
        Assert.That(world.Jobs, Has.Count.EqualTo(1));

        world = new ProbeWorld { Others = ProbeRun.MostInNamespace };
        world.Step();
        world.Now = Tick + ProbePolicy.Patience;
        world.Step();
        Assert.That(world.Status!.Answer!.Reason, Is.EqualTo(nameof(ProbeFailure.NoAnswer)));
        Assert.That(world.Step(), Is.InstanceOf<ImageDecision.StartBuild>());
    }

    [Test]
    public void A_Job_that_the_API_server_refuses_is_no_answer()
    {
        var world = new ProbeWorld { Refusal = "exceeded quota: jobs" };
        world.Step();
        Assert.That(
            (world.Status!.Answer!.Reason, world.Status.Answer.Message),
            Is.EqualTo(("Refused", "exceeded quota: jobs"))
        );
        Assert.That(world.Step(), Is.InstanceOf<ImageDecision.StartBuild>());
    }

    [Test]
    public void A_pod_that_doesnt_start_is_given_ten_minutes()
    {
        var world = new ProbeWorld();
        world.Step();
        world.Hang("ImagePullBackOff");
        Assert.That(world.Step().NextLook, Is.EqualTo(Tick.AddMinutes(10)));
        world.Now = Tick.AddMinutes(10);
        world.Step();
        Assert.That(world.Status!.Answer!.Reason, Is.EqualTo(nameof(ProbeFailure.NotStarted)));
        Assert.That(world.Status.Answer.Message, Does.Contain("no such image"));
    }

    [Test]
    public void A_pod_that_crashes_is_no_answer()
    {
        var world = new ProbeWorld();
        world.Step();
        world.Answer("exec: python3: not found", exitCode: 127).Step();
        Assert.That(world.Status!.Answer!.Reason, Is.EqualTo(nameof(ProbeFailure.Interrupted)));
        Assert.That(world.Status.Answer.Message, Does.Contain("python3"));
    }

    [Test]
    public void A_pod_that_isnt_the_Jobs_is_no_answer()
    {
        var world = new ProbeWorld();
        world.Step();
        world.Foreign = [new ForeignPod(world.Jobs[0].Metadata.Uid, "forged", "spec.containers[probe].args")];
        world.Answer(Empty).Step();
        Assert.That(world.Status!.Answer!.Reason, Is.EqualTo(nameof(ProbeFailure.NotOurs)));
        Assert.That(world.Step(), Is.InstanceOf<ImageDecision.StartBuild>());
    }

    [Test]
    public void A_Job_whose_pod_has_answered_ends_by_itself_and_stays_to_be_looked_at()
    {
        var world = new ProbeWorld().Ask(Empty);
        Assert.That(ProbePolicy.Ended(world.Snapshot), Is.Empty);
    }

    [Test]
    public void A_Job_that_a_sidecar_holds_open_is_ended_once_its_answer_is_noted()
    {
        var world = new ProbeWorld();
        world.Step();
        world.Answer(Empty, sidecar: "proxy");
        Assert.That(ProbePolicy.Ended(world.Snapshot), Is.Empty);
        world.Step();
        Assert.That(world.Status!.Answer!.Result.Value, Is.EqualTo(PackagesResult.NothingToUpdate));
        Assert.That(ProbePolicy.Ended(world.Snapshot), Is.EqualTo(world.Jobs));
    }

    [Test]
    public void An_answer_of_another_image_is_none()
    {
        var world = new ProbeWorld();
        world.Step();
        world.Answer(Moved(build: 9)).Step();
        Assert.That(world.Status!.Answer!.Result.Value, Is.EqualTo(PackagesResult.Failed));
    }
}
