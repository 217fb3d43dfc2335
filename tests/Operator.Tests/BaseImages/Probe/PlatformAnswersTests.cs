using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Probe;
using k8s.Models;
using static Operator.Tests.BaseImages.Probe.ProbeWorld;

namespace Operator.Tests.BaseImages.Probe;

/// <summary>Each platform's image of an index is asked, one after the other, and what they say is one answer.</summary>
internal sealed class PlatformAnswersTests
{
    private static readonly IReadOnlyList<WireEnum<Platform>> Both = [Platform.LinuxAmd64, Platform.LinuxArm64];

    [Test]
    public void One_is_asked_after_the_other_on_nodes_of_its_own()
    {
        var world = World().Ask(Answer(11));
        var second = world.Status!.Asking!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((second.Platform?.Text, second.Told?.Count), Is.EqualTo(("linux/arm64", (int?)1)));
            Assert.That(world.Status.Answer, Is.Null);
            Assert.That(world.Status.Number, Is.EqualTo(2));
            Assert.That(
                world.Jobs.Select(j => (Architecture(j), j.Spec.Template.Spec.Containers[0].Image)),
                Is.EqualTo([("amd64", A.Image(11).Reference), ("arm64", A.Image(12).Reference)])
            );
        }

        world.Answer(Answer(12)).Step();
        Assert.That(world.Status!.Answer!.Result.Value, Is.EqualTo(PackagesResult.NothingToUpdate));
        Assert.That(world.Status.ServedTick, Is.EqualTo(Tick));
        Assert.That(world.Step(), Is.Not.InstanceOf<ImageDecision.StartBuild>());
    }

    [Test]
    public void What_either_would_get_makes_a_build_due_and_the_list_has_both()
    {
        var world = World().Ask(Moved("libssl3", 11)).Answer(Moved("openssl", 12));
        world.Step();
        var answer = world.Status!.Answer!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Count, Is.EqualTo(2));
            Assert.That(answer.Changes.Select(c => c.Name), Is.EqualTo(["libssl3", "openssl"]));
            Assert.That(answer.Fingerprint, Does.Match("^sha256:[0-9a-f]{64}$"));
            Assert.That(world.Step(), Is.InstanceOf<ImageDecision.StartBuild>());
        }

        var other = World().Ask(Answer(11)).Answer(Moved("openssl", 12));
        other.Step();
        Assert.That(other.Status!.Answer!.Result.Value, Is.EqualTo(PackagesResult.UpdatesAvailable));
        Assert.That(other.Status.Answer.Fingerprint, Is.Not.EqualTo(answer.Fingerprint));
    }

    [Test]
    public void One_that_gives_no_answer_is_named_and_leaves_the_whole_without()
    {
        var first = World();
        first.Step();
        first
            .Answer(
                Failed("MirrorUnreachable").Replace(A.Image(1).Digest, A.Image(11).Digest, StringComparison.Ordinal)
            )
            .Step();
        var second = World().Ask(Answer(11));
        second.Hang("ImagePullBackOff").Step();
        second.Now = Tick.AddMinutes(10);
        second.Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Status!.Answer!.Result.Value, Is.EqualTo(PackagesResult.Failed));
            Assert.That(first.Status.Answer.Message, Does.StartWith("linux/amd64: "));
            Assert.That(second.Status!.Answer!.Message, Does.StartWith("linux/arm64: "));
            Assert.That(second.Step(), Is.InstanceOf<ImageDecision.StartBuild>(), "a tick builds then");
        }
    }

    [Test]
    public void A_Job_that_isnt_seen_yet_is_asked_under_the_same_name_and_each_has_its_time()
    {
        var world = World();
        world.Step();
        world.Now = Tick.AddMinutes(20);
        world.Answer(Answer(11)).Step();
        Assert.That(world.Status!.Asking!.Since, Is.EqualTo(world.Now));
        var name = world.Status.Asking.Job;
        world.WithoutJobs().Step();
        Assert.That(world.Jobs.Single().Metadata.Name, Is.EqualTo(name));
        Assert.That(Architecture(world.Jobs.Single()), Is.EqualTo("arm64"));
    }

    [Test]
    public void A_question_that_a_release_before_put_to_the_first_alone_is_answered_as_it_was_asked()
    {
        var world = World();
        var s = world.Snapshot;
        var question = ProbeQuestion.ForTick(s, ProbeSubject.Find(s)!, Tick);
        world.Image = world.Image with
        {
            Status = s.Status with
            {
                Packages = new PackagesStatus
                {
                    Number = 1,
                    Asking = new PackagesAsking
                    {
                        Job = question.JobName(world.Image, 1),
                        Build = "gemma-b1",
                        Tick = Tick,
                        Policy = question.Policy,
                        Since = Tick,
                    },
                },
            },
        };
        world.Step();
        Assert.That(world.Jobs.Single().Metadata.Name, Is.EqualTo(question.JobName(world.Image, 1)));
        world.Answer(Empty).Step();
        Assert.That(world.Status!.Answer!.Result.Value, Is.EqualTo(PackagesResult.NothingToUpdate));
    }

    private static string Architecture(V1Job job) => job.Spec.Template.Spec.NodeSelector["kubernetes.io/arch"];

    private static string Answer(long build) =>
        Empty.Replace(A.Image(1).Digest, A.Image(build).Digest, StringComparison.Ordinal);

    private static ProbeWorld World()
    {
        var inputs = A.Inputs();
        var build = Listed(A.Build(1).Succeeded());
        return new ProbeWorld
        {
            Inputs = inputs with { Template = inputs.Template with { Platforms = Both } },
            Builds =
            [
                build with
                {
                    Spec = build.Spec! with { Template = build.Spec.Template with { Platforms = Both } },
                    Status = build.Status! with
                    {
                        Platforms =
                        [
                            new PlatformStatus { Platform = Platform.LinuxAmd64, Candidate = A.Image(11) },
                            new PlatformStatus { Platform = Platform.LinuxArm64, Candidate = A.Image(12) },
                        ],
                    },
                },
            ],
        };
    }
}
