using GemmaOperator.Api.Access;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Probes;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Probe;
using k8s.Models;
using static Operator.Tests.BaseImages.Probe.ProbeWorld;

namespace Operator.Tests.BaseImages.Probe;

/// <summary>When the published image is asked, and what an answer makes due.</summary>
internal sealed class ProbePolicyTests
{
    private static IReadOnlyList<BuildReason?> Reasons(ImageDecision decision) =>
        decision is ImageDecision.StartBuild start ? [.. start.Build.Spec!.Reasons.Select(r => r.Value)] : [];

    [Test]
    public void Nobody_asks_where_the_spec_doesnt_say_so()
    {
        var world = new ProbeWorld(change: spec => spec with { Triggers = new TriggersSpec() });
        Assert.That(Reasons(world.Step()), Is.EqualTo(new[] { BuildReason.Schedule }));
        Assert.That(world.Status, Is.Null);
    }

    [Test]
    public void A_tick_with_an_empty_answer_builds_nothing_and_has_been_served()
    {
        var world = new ProbeWorld().Ask(Empty);
        Assert.That(world.Step(), Is.InstanceOf<ImageDecision.Settled>());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(world.Status!.ServedTick, Is.EqualTo(Tick));
            Assert.That(world.Status.Asking, Is.Null);
            Assert.That(world.Status.Answer!.Result.Value, Is.EqualTo(PackagesResult.NothingToUpdate));
            Assert.That(world.Snapshot.Schedule!.NextTick, Is.EqualTo(Tick.AddDays(7)));
        }
    }

    [Test]
    public void A_tick_with_packages_builds_for_them_with_new_layers()
    {
        var world = new ProbeWorld().Ask(Moved());
        var build = ((ImageDecision.StartBuild)world.Step()).Build;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.PackagesMoved, BuildReason.Schedule }));
            Assert.That(
                build.Spec.Changes,
                Is.EqualTo(
                    new[]
                    {
                        new FieldChange
                        {
                            Field = "packages[dpkg/libssl3]",
                            Old = "3.0.1",
                            New = "3.0.2",
                        },
                    }
                )
            );
            Assert.That(build.Spec.Resolved.CacheEpoch, Does.EndWith("-b2"), "nothing comes from the cache");
            Assert.That(build.ScheduledFor, Is.EqualTo(Tick));
            Assert.That(build.PackagesFingerprint, Is.EqualTo(world.Status!.Answer!.Fingerprint));
        }
    }

    [TestCase("MirrorUnreachable", "check that pods with the label gemmaoperator.io/step: build reach the mirrors")]
    [TestCase("NoApt", "only apt is spoken to")]
    [TestCase("PipTooOld", "pip 22.2 or newer")]
    [TestCase("a word of a newer release", "its report can't be read")]
    public void A_tick_without_an_answer_builds_and_says_why(string reason, string words)
    {
        var world = new ProbeWorld().Ask(Failed(reason));
        Assert.That(Reasons(world.Step()), Is.EqualTo(new[] { BuildReason.Schedule }));
        Assert.That(world.Status!.Answer!.Message, Does.Contain(words));
    }

    [Test]
    public void A_tick_of_which_the_base_has_moved_builds_without_asking()
    {
        var world = new ProbeWorld(change: spec =>
            spec with
            {
                Triggers = spec.Triggers with { BaseDigest = new BaseDigestTrigger { Enabled = false } },
            }
        ).MoveBase();
        Assert.That(Reasons(world.Step()), Is.EqualTo(new[] { BuildReason.Schedule }));
        Assert.That(world.Jobs, Is.Empty);
    }

    [Test]
    public void An_old_image_is_built_anew_whatever_it_says()
    {
        var world = new ProbeWorld(t => t with { MaxAge = "24h" }) { Now = Tick.AddMinutes(5) };
        world.Builds = [Listed(A.Build(1, created: Tick.AddHours(-30)).Succeeded())];
        Assert.That(Reasons(world.Step()), Is.EqualTo(new[] { BuildReason.Schedule }));
    }

    [Test]
    public void A_request_builds_at_once_and_ends_the_question()
    {
        var world = new ProbeWorld();
        world.Step();
        var job = world.Jobs.Single();
        world.Image.Asking("now");
        Assert.That(Reasons(world.Step()), Is.EqualTo(new[] { BuildReason.Requested, BuildReason.Schedule }));
        Assert.That(world.Status!.Asking, Is.Null);
        Assert.That(ProbePolicy.Ended(world.Snapshot), Is.EqualTo(new[] { job }));
    }

    [Test]
    public void A_changed_spec_builds_at_once_and_ends_the_question()
    {
        var world = new ProbeWorld();
        world.Step();
        world.Inputs = A.Inputs("i2");
        Assert.That(Reasons(world.Step()), Is.EqualTo(new[] { BuildReason.SpecChange, BuildReason.Schedule }));
        Assert.That(ProbePolicy.Ended(world.Snapshot), Has.Count.EqualTo(1));
    }

    [Test]
    public void Nobody_asks_while_suspended_and_what_runs_is_ended()
    {
        var world = new ProbeWorld();
        world.Step();
        world.Image = world.Image with { Spec = world.Image.Spec! with { Suspend = true } };
        Assert.That(world.Step(), Is.EqualTo(new ImageDecision.Settled(null)));
        Assert.That(
            (world.Status!.Asking, ProbePolicy.Ended(world.Snapshot).Count),
            Is.EqualTo(((PackagesAsking?)null, 1))
        );
    }

    [Test]
    public void An_own_Dockerfile_builds_without_asking()
    {
        var world = new ProbeWorld(change: spec =>
            spec with
            {
                Dockerfile = new DockerfileSpec { ConfigMapRef = new KeyReference { Name = "d" } },
            }
        );
        Assert.That(Reasons(world.Step()), Is.EqualTo(new[] { BuildReason.Schedule }));
        Assert.That(ProbeSubject.UnsupportedBecause(world.Snapshot), Does.StartWith("spec.dockerfile is"));
    }

    [TestCase(true, "spec.requirements.indexCredentialsRef is")]
    [TestCase(false, "spec.build.caBundleRef is")]
    public void What_only_builds_may_read_or_trust_is_not_given_to_what_they_built(bool isIndex, string because)
    {
        var index = new RequirementsSpec { IndexCredentialsRef = new NetrcReference { Name = "index" } };
        var bundle = new BundleReference { Name = "ca" };
        var world = new ProbeWorld(change: spec =>
            isIndex
                ? spec with
                {
                    Requirements = index,
                }
                : spec with
                {
                    Build = spec.Build with { CaBundleRef = bundle },
                }
        );
        Assert.That(Reasons(world.Step()), Is.EqualTo(new[] { BuildReason.Schedule }));
        Assert.That(ProbeSubject.UnsupportedBecause(world.Snapshot), Does.StartWith(because));
    }

    [Test]
    public void A_base_without_apt_builds_without_asking()
    {
        var world = new ProbeWorld();
        world.Builds =
        [
            world.Builds[0] with
            {
                Status = world.Builds[0].Status! with
                {
                    Verification = new VerificationStatus
                    {
                        SystemUpdates = new SystemUpdatesStatus
                        {
                            Result = nameof(SystemUpdatesResult.Unsupported),
                            PackageManager = "microdnf",
                        },
                    },
                },
            },
        ];
        Assert.That(Reasons(world.Step()), Is.EqualTo(new[] { BuildReason.Schedule }));
        Assert.That(ProbeSubject.UnsupportedBecause(world.Snapshot), Does.Contain("microdnf, and only apt"));
    }

    [Test]
    public void A_tick_whose_question_outlasts_the_starting_deadline_isnt_lost()
    {
        var world = new ProbeWorld(change: spec => spec with { StartingDeadlineSeconds = 60 });
        world.Step();
        world.Now = Tick.AddMinutes(20);
        world.Answer(Moved()).Step();
        Assert.That(Reasons(world.Step()), Does.Contain(BuildReason.Schedule));
    }

    [Test]
    public void Between_ticks_the_image_is_asked_a_day_after_its_build()
    {
        var world = new ProbeWorld { Now = A.Morning };
        var built = world.Builds[0].Status!.CompletionTime!.Value;
        world.Image = world.Image with { Spec = world.Image.Spec! with { Schedule = null } };
        Assert.That(
            world.Step(),
            Is.EqualTo(new ImageDecision.Settled(A.Morning.AddHours(6))),
            "the base is polled before"
        );
        world.Now = built.AddHours(24);
        world.Ask(Empty);
        Assert.That(world.Step().NextLook, Is.EqualTo(world.Now.AddHours(6)));
        Assert.That(ProbePolicy.NextAsk(world.Snapshot), Is.EqualTo(world.Now.AddHours(24)));
    }

    [TestCase(SystemUpdatePolicy.Security, true)]
    [TestCase(SystemUpdatePolicy.All, true)]
    [TestCase(SystemUpdatePolicy.None, false)]
    public void Between_ticks_an_answer_makes_a_build_due_where_the_policy_says_so(
        SystemUpdatePolicy policy,
        bool builds
    )
    {
        var world = new ProbeWorld(t => t with { Policy = policy }) { Now = A.Morning.AddHours(-1).AddDays(1) };
        world.Image = world.Image with { Spec = world.Image.Spec! with { Schedule = null } };
        world.Ask(Moved());
        Assert.That(
            Reasons(world.Step()),
            Is.EqualTo(builds ? [BuildReason.PackagesMoved] : Array.Empty<BuildReason?>())
        );
    }

    [Test]
    public void What_a_build_was_made_for_and_didnt_bring_waits_for_the_schedule()
    {
        var world = new ProbeWorld { Now = A.Morning.AddDays(1) };
        world.Image = world.Image with { Spec = world.Image.Spec! with { Schedule = null } };
        world.Ask(Moved());
        var second = ((ImageDecision.StartBuild)world.Step()).Build;
        second.Metadata.CreationTimestamp = world.Now;
        world.Builds = [Listed(second.Succeeded()), .. world.Builds];
        world.Step();
        world.Now = world.Now.AddDays(2);
        world.Ask(Moved(build: 2));
        Assert.That(world.Step(), Is.InstanceOf<ImageDecision.Settled>(), "the same list again");

        world.Now = world.Now.AddDays(2);
        world.Ask(Moved("openssl-x", build: 2));
        Assert.That(Reasons(world.Step()), Is.EqualTo(new[] { BuildReason.PackagesMoved }));
    }

    [Test]
    public void A_failed_build_for_packages_is_repeated_with_the_layers_that_it_made()
    {
        var world = new ProbeWorld { Now = Tick.AddMinutes(1) }.Ask(Moved());
        var failed = ((ImageDecision.StartBuild)world.Step()).Build;
        failed.Metadata.CreationTimestamp = world.Now;
        world.Builds =
        [
            failed with
            {
                Status = new GemmaBuildStatus
                {
                    Conditions = [A.Condition("Succeeded", "False", "PushFailed")],
                    CompletionTime = world.Now,
                    Failure = new BuildFailure { Reason = "PushFailed", Kind = FailureKind.Transient },
                },
            },
            .. world.Builds,
        ];
        world.Now = world.Now.AddHours(12);
        var again = ((ImageDecision.StartBuild)world.Step()).Build;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(again.Spec!.Reasons, Does.Contain(BuildReason.PackagesMoved));
            Assert.That(again.Spec.Resolved.CacheEpoch, Is.EqualTo(failed.Spec!.Resolved.CacheEpoch));
            Assert.That(again.Spec.Changes, Is.EqualTo(failed.Spec.Changes));
        }
    }

    [Test]
    public void A_clock_that_was_ahead_delays_nothing()
    {
        var world = new ProbeWorld { Now = Tick.AddDays(700) };
        world.Builds = [Listed(A.Build(1, created: world.Now.AddHours(-3)).Succeeded())];
        world.Ask(Empty);
        world.Now = Tick;
        world.Builds = [Listed(A.Build(1).Succeeded())];
        Assert.That(world.Snapshot.Status.Packages!.ServedTick, Is.EqualTo(Tick));
        Assert.That(ProbePolicy.NextAsk(world.Snapshot), Is.EqualTo(Tick.AddHours(24)));
    }
}
