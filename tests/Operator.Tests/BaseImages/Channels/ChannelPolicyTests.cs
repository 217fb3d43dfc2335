using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Builds.Inputs.Locks;
using GemmaOperator.Builds.Inputs.Pip;
using Operator.Tests.Builds.Inputs.Locks;
using static Operator.Tests.BaseImages.Channels.Channeled;

namespace Operator.Tests.BaseImages.Channels;

/// <summary>When tags are read, which of them is taken, and what a build on it is called.</summary>
internal sealed class ChannelPolicyTests
{
    [TestCase(BaseChannel.Patch, "2.10.0 2.10.1 2.10.2 2.11.0", "2.10.2 2.10.1")]
    [TestCase(BaseChannel.Minor, "2.9.9 2.10.0 2.10.2 2.11.0", "2.11.0 2.10.2")]
    [TestCase(BaseChannel.Minor, "2.8.0 2.9.1 2.10.0", "")]
    [TestCase(BaseChannel.Minor, "", "")]
    [TestCase(BaseChannel.Minor, "2.11.0 2.12.0", "2.12.0 2.11.0")]
    [TestCase(BaseChannel.Minor, "2.9.0 2.10.0 2.100.0", "2.100.0")]
    public void The_newest_that_the_channel_reaches_comes_first(BaseChannel channel, string there, string open) =>
        Assert.That(Choose(Remembered(channel), there), Is.EqualTo(open));

    [TestCase("2.10.1", "2.10.1", "")]
    [TestCase("2.10.1", "2.10.1 2.10.2", "2.10.2")]
    [TestCase("2.11.0", "2.11.0", "")]
    [TestCase("2.11.1", "2.11.0 2.11.1", "")]
    [TestCase("2.11.0", "2.10.1 2.11.0", "2.10.1")]
    [TestCase("2.11.0", "2.11.0 2.11.1", "2.11.1")]
    public void What_was_given_up_is_left_and_all_that_is_older(string refused, string there, string open) =>
        Assert.That(Choose(Remembered(refused: refused), there), Is.EqualTo(open));

    [Test]
    public void Nothing_older_than_what_is_built_on_is_taken() =>
        Assert.That(Choose(Remembered(taken: "2.11.0", hasProved: true), "2.10.0 2.10.9 2.11.0"), Is.Empty);

    [TestCase("torch", "2.10.0", null, "2.11.0 isn't taken: the lock of f lists torch 2.10.0")]
    [TestCase("Torch", "2.11.0+cu128", "2.11.0", null)]
    [TestCase("numpy", "2.1.0", "2.11.0", null)]
    public void A_lock_with_another_torch_keeps_a_version_out(string name, string version, string? best, string? said)
    {
        var package = ALock.Bare(name, version, $"wheels = [{ALock.Wheel($"{name}-{version}-py3-none-any.whl")}]");
        var terms = new LockTerms([], "", [Platform.LinuxAmd64]);
        var (open, why) = ChannelPolicy.Choose(
            Facts(Remembered()),
            [Version("2.11.0")],
            "",
            "",
            LockFile.Parse(ALock.Of(package), "f", terms).Value,
            []
        );
        Assert.That(open.Select(v => v.ToString()).FirstOrDefault(), Is.EqualTo(best));
        Assert.That(why, said is null ? Is.Null : Does.StartWith(said));
    }

    [Test]
    public void A_version_is_taken_with_the_way_back()
    {
        var taken = Fold(Remembered(), new ChannelAnswer.Read(Version("2.11.0"), Version("2.11.0"), null));
        Assert.That(
            (taken.Taken, taken.From, taken.Since, taken.CheckedAt, taken.Newest),
            Is.EqualTo((On("2.11.0"), On("2.10.0"), A.Morning, A.Morning, "2.11.0"))
        );
    }

    [Test]
    public void What_has_not_proved_itself_is_nothing_to_go_back_to()
    {
        var read = new ChannelAnswer.Read(Version("2.11.0"), Version("2.11.0"), null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fold(Remembered(taken: "2.10.1", from: "2.10.0"), read).From, Is.EqualTo(On("2.10.0")));
            Assert.That(
                Fold(Remembered(taken: "2.10.1", from: "2.10.0", hasProved: true), read).From,
                Is.EqualTo(On("2.10.1"))
            );
        }
    }

    [Test]
    public void A_registry_that_says_nothing_or_less_takes_nothing_back()
    {
        var status = Remembered(taken: "2.11.0", from: "2.10.0", hasProved: true) with { Newest = "2.11.0" };
        using (Assert.EnterMultipleScope())
        {
            var away = Fold(status, new ChannelAnswer.Unread("it is away"));
            Assert.That((away.Taken, away.Problem, away.Newest), Is.EqualTo((On("2.11.0"), "it is away", "2.11.0")));
            var empty = Fold(away, new ChannelAnswer.Read(null, null, null));
            Assert.That((empty.Taken, empty.Problem), Is.EqualTo((On("2.11.0"), (string?)null)));
            Assert.That(Fold(status, null), Is.SameAs(status));
        }
    }

    [Test]
    public void An_answer_of_another_line_or_about_something_older_is_not_taken() =>
        Assert.That(
            Fold(
                Remembered(taken: "2.11.0", from: "2.10.0", hasProved: true),
                new ChannelAnswer.Read(Version("2.10.1"), Version("2.10.1"), null)
            ).Taken,
            Is.EqualTo(On("2.11.0"))
        );

    [Test]
    public void Tags_are_read_once_there_is_something_to_go_back_to()
    {
        var good = Build(1, "2.10.0").Succeeded();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Decide(Remembered()), Is.EqualTo(new ChannelDecision.Leave(null)));
            Assert.That(Decide(Remembered(), good), Is.EqualTo(new ChannelDecision.Ask(A.Morning.AddHours(-6))));
            Assert.That(Decide(Remembered(), Build(2, "2.10.0"), good), Is.EqualTo(new ChannelDecision.Leave(null)));
            Assert.That(
                Decide(Remembered(), Build(2, "2.10.0").Failed(), good),
                Is.EqualTo(new ChannelDecision.Leave(null))
            );
            Assert.That(
                Decide(Remembered(refused: "2.11.0"), Build(2, "2.11.0").Failed(), good),
                Is.InstanceOf<ChannelDecision.Ask>()
            );
            Assert.That(
                Decide(Remembered(refused: "2.11.0"), Build(2, "2.11.0").Succeeded(), good),
                Is.EqualTo(new ChannelDecision.Leave(null)),
                "the one before is built first"
            );
        }
    }

    [Test]
    public void A_version_that_never_gets_an_image_is_passed_over_for_a_newer_one()
    {
        var (pending, former) = (Remembered(taken: "2.10.1", from: "2.10.0"), Build(1, "2.10.0").Succeeded());
        var withdrawn = Build(2, "2.10.1").FailedOf(FailureKind.External);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Decide(pending, former), Is.InstanceOf<ChannelDecision.Ask>());
            Assert.That(Decide(pending, withdrawn, former), Is.InstanceOf<ChannelDecision.Ask>());
            Assert.That(Decide(pending, Build(2, "2.10.1"), former), Is.EqualTo(new ChannelDecision.Leave(null)));
            Assert.That(
                Decide(pending, withdrawn),
                Is.EqualTo(new ChannelDecision.Leave(null)),
                "nothing to go back to"
            );
        }
    }

    [Test]
    public void A_build_that_starts_now_is_not_overtaken_by_a_newer_version()
    {
        var image = Image(status: Remembered()).Knowing(10);
        image.Metadata.Annotations = new Dictionary<string, string> { [ApiGroup.RequestedAtAnnotation] = "now" };
        var s = Snapshot(image, Build(1, "2.10.0").Succeeded());
        Assert.That(ImagePlanner.Decide(s), Is.InstanceOf<ImageDecision.StartBuild>());
        Assert.That(ChannelPolicy.Decide(s), Is.EqualTo(new ChannelDecision.Leave(null)));
    }

    [TestCase(0, false, 360)]
    [TestCase(0, true, 30)]
    [TestCase(-359, false, 1)]
    public void Tags_are_read_as_often_as_the_digest(int askedMinutesAgo, bool failed, int inMinutes)
    {
        var status = Remembered() with
        {
            CheckedAt = A.Morning.AddMinutes(askedMinutesAgo),
            Problem = failed ? "away" : null,
        };
        Assert.That(
            Decide(status, Build(1, "2.10.0").Succeeded()),
            Is.EqualTo(new ChannelDecision.Leave(A.Morning.AddMinutes(inMinutes)))
        );
    }

    [Test]
    public void A_suspended_or_pinned_object_reads_nothing()
    {
        var good = Build(1, "2.10.0").Succeeded();
        var suspended = Snapshot(Image(status: Remembered(), change: s => s with { Suspend = true }), good);
        Assert.That(ChannelPolicy.Decide(suspended), Is.EqualTo(new ChannelDecision.Leave(null)));
        Assert.That(
            ChannelPolicy.Decide(A.Snapshot(builds: [A.Build(1).Succeeded()])),
            Is.EqualTo(new ChannelDecision.Leave(null))
        );
    }

    [TestCase("2.10.0", "2.11.0", null, new[] { BuildReason.BaseVersionChange })]
    [TestCase("2.11.0", "2.10.0", null, new[] { BuildReason.BaseVersionChange })]
    [TestCase("2.10.0", "2.11.0", "numpy==2.0.0", new[] { BuildReason.BaseVersionChange, BuildReason.SpecChange })]
    [TestCase("2.10.0", "2.10.0", "numpy==2.0.0", new[] { BuildReason.SpecChange })]
    public void A_build_on_another_version_says_so(string then, string now, string? requirements, BuildReason[] reasons)
    {
        var s = A.Snapshot(Image(), Inputs(now, requirements), [Build(1, then).Succeeded()]);
        Assert.That(DueBuild.Find(s, (BuildRequest.Known)s.Inputs)!.Reasons, Is.EqualTo(reasons));
    }

    [Test]
    public void A_newer_version_is_built_though_changes_of_the_spec_are_not()
    {
        var image = Image(change: s => s with { Triggers = s.Triggers with { SpecChange = false } });
        var s = A.Snapshot(image, Inputs("2.11.0"), [Build(1, "2.10.0").Succeeded()]);
        Assert.That(
            DueBuild.Find(s, (BuildRequest.Known)s.Inputs)!.Reasons,
            Is.EqualTo(new[] { BuildReason.BaseVersionChange })
        );
    }

    [Test]
    public void A_version_that_a_person_writes_is_a_change_of_the_spec()
    {
        var inputs = Inputs("2.11.0") with { DeclaredBase = null };
        var s = A.Snapshot(A.BaseImage(), inputs, [Build(1, "2.10.0").Succeeded()]);
        Assert.That(DueBuild.Find(s, inputs)!.Reasons, Is.EqualTo(new[] { BuildReason.SpecChange }));
    }

    [Test]
    public void A_failed_version_that_was_gone_back_from_makes_no_build_due()
    {
        var s = A.Snapshot(
            Image(),
            Inputs("2.10.0"),
            [Build(2, "2.11.0").Failed("VersionMismatch"), Build(1, "2.10.0").Succeeded()]
        );
        Assert.That(DueBuild.Find(s, (BuildRequest.Known)s.Inputs), Is.Null);
    }

    [TestCase("", "NotAsked")]
    [TestCase("asked", "Newest")]
    [TestCase("away", "TagsUnknown")]
    [TestCase("taken", "VersionPending")]
    [TestCase("refused", "VersionRefused")]
    [TestCase("beyond", "Newest")]
    public void A_condition_says_how_far_it_is(string how, string reason)
    {
        var status = how switch
        {
            "" => Remembered(),
            "away" => Remembered() with { CheckedAt = A.Morning, Problem = "no answer" },
            "taken" => Remembered(taken: "2.11.0", from: "2.10.0"),
            "refused" => Remembered(refused: "2.11.0") with { CheckedAt = A.Morning },
            "beyond" => Remembered(taken: "2.11.1", from: "2.10.0", hasProved: true, refused: "2.11.0") with
            {
                CheckedAt = A.Morning,
            },
            _ => Remembered() with { CheckedAt = A.Morning },
        };
        Assert.That(BaseCurrentRule.Judge(Facts(status)).Reason, Is.EqualTo(reason));
    }

    [Test]
    public void The_image_before_is_of_the_present_spec_while_a_newer_base_is_built()
    {
        var former = Build(1, "2.10.0").Succeeded();
        var s = Snapshot(Image(status: Remembered(taken: "2.11.0", from: "2.10.0")), former) with
        {
            Inputs = Inputs("2.11.0"),
        };
        Assert.That((s.IsOfPresentSpec(former), s.IsOfPresentBase(former)), Is.EqualTo((true, false)));
    }

    private static string Choose(ChannelStatus status, string there)
    {
        var versions = there.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Channeled.Version);
        return string.Join(' ', ChannelPolicy.Choose(Facts(status), versions, "", "", RequirementsFile.Empty, []).Open);
    }

    private static ChannelStatus Fold(ChannelStatus status, ChannelAnswer? answer) =>
        ChannelPolicy.Fold(Facts(status), answer, A.Morning)!;

    private static ChannelDecision Decide(ChannelStatus status, params GemmaBuild[] builds) =>
        ChannelPolicy.Decide(Snapshot(Image(status: status), builds));

    private static ImageSnapshot Snapshot(GemmaBaseImage image, params GemmaBuild[] builds)
    {
        var channel = Settled(image, builds)!;
        return A.Snapshot(image, Inputs(channel.Version.ToString()), builds) with
        {
            Channel = channel with { FormerInputs = Inputs((channel.Former ?? channel.Version).ToString()) },
        };
    }
}
