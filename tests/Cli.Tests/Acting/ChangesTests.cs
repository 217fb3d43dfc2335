using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Freshness;
using k8s.Models;
using KubectlGemma.Acting;
using KubectlGemma.Output;

namespace Cli.Tests.Acting;

/// <summary>Each thing that people ask for is the write that docs/api.md has them make, or is refused.</summary>
public sealed class ChangesTests
{
    private static readonly DateTime Now = new(2026, 11, 29, 7, 0, 0, DateTimeKind.Utc);

    private static readonly IReadOnlyList<GemmaBuild> Builds =
    [
        Build("gemma-b3", isDone: false),
        Build("gemma-b2", isDone: true),
        Build("gemma-b1", isDone: true),
    ];

    [Test]
    public void A_rebuild_is_a_new_value_of_the_annotation_with_its_reason()
    {
        var change = Changes.Rebuild(Image(), "CVE-2026-1", keepsCache: false, Now);
        Assert.That(
            change.Body().ToJsonString(),
            Is.EqualTo(
                """{"metadata":{"annotations":{"gemmaoperator.io/requestedAt":"2026-11-29T07:00:00.000Z CVE-2026-1"}}}"""
            )
        );
        Assert.That(() => Changes.Rebuild(Image(), "a\nb", false, Now), Refused(ExitCode.Usage, "--reason"));
    }

    [TestCase(null, "2026-11-29T07:00:00.000Z cached")]
    [TestCase("again", "2026-11-29T07:00:00.000Z cached: again")]
    public void A_rebuild_from_the_cache_says_so_in_the_annotation(string? reason, string value)
    {
        var body = Changes.Rebuild(Image(), reason, keepsCache: true, Now).Body();
        Assert.That(
            (string?)body["metadata"]!["annotations"]!["gemmaoperator.io/requestedAt"],
            Is.EqualTo(value).And.Matches<string>(told => RebuildRequest.KeepsCache(told!))
        );
    }

    [TestCase("cached")]
    [TestCase("cached: layers are stale")]
    public void A_reason_that_would_keep_the_cache_is_refused(string reason) =>
        Assert.That(() => Changes.Rebuild(Image(), reason, false, Now), Refused(ExitCode.Usage, "--cached"));

    [Test]
    public void A_build_that_runs_is_canceled_and_no_other()
    {
        Assert.That(Changes.Cancel(Builds[0]).Body().ToJsonString(), Is.EqualTo("""{"spec":{"cancel":true}}"""));
        Assert.That(() => Changes.Cancel(Builds[1]), Refused(ExitCode.Refused, "has ended"));
    }

    [Test]
    public void A_pin_misses_no_write_and_names_a_build_that_can_serve()
    {
        Assert.That(
            Changes.Pin(Image(), Builds, "gemma-b1").Body().ToJsonString(),
            Is.EqualTo("""{"spec":{"rollout":{"pinnedBuild":"gemma-b1"}},"metadata":{"resourceVersion":"7"}}""")
        );
        Assert.That(
            () => Changes.Pin(Image(), Builds, "gemma-b11"),
            Refused(ExitCode.NotFound, "did you mean gemma-b1")
        );
        Assert.That(() => Changes.Pin(Image(), Builds, "gemma-b3"), Refused(ExitCode.NotFound, "no successful build"));
        Assert.That(() => Changes.Unpin(Image()), Refused(ExitCode.Refused, "isn't pinned"));
        Assert.That(
            Changes.Unpin(Image(pinned: "gemma-b1")).Body().ToJsonString(),
            Does.StartWith("""{"spec":{"rollout":{"pinnedBuild":""}}""")
        );
    }

    [Test]
    public void A_pin_with_an_end_stands_in_the_annotation_and_is_taken_away_there()
    {
        var until = new DateTime(2026, 12, 24, 18, 0, 0, DateTimeKind.Utc);
        Assert.That(
            Changes.PinUntil(Image(), Builds, "gemma-b1", until).Patch.ToJsonString(),
            Is.EqualTo("""{"metadata":{"annotations":{"gemmaoperator.io/pin":"gemma-b1 2026-12-24T18:00:00Z"}}}""")
        );
        var pinned = Image(pinned: "gemma-b1");
        pinned.Metadata.Annotations = new Dictionary<string, string> { ["gemmaoperator.io/pin"] = "gemma-b1" };
        Assert.That(
            Changes.Unpin(pinned).Patch.ToJsonString(),
            Is.EqualTo(
                """{"spec":{"rollout":{"pinnedBuild":""}},"metadata":{"annotations":{"gemmaoperator.io/pin":null}}}"""
            )
        );
    }

    [Test]
    public void A_rollback_goes_to_what_served_before()
    {
        Assert.That(
            Changes.RollBack(Image(), Builds, to: null).Body().ToJsonString(),
            Does.Contain("\"pinnedBuild\":\"gemma-b1\"")
        );
        Assert.That(() => Changes.RollBack(Image(), Builds, "gemma-b2"), Refused(ExitCode.Refused, "serves"));
        var first = Image() with { Status = new GemmaBaseImageStatus() };
        Assert.That(() => Changes.RollBack(first, Builds, null), Refused(ExitCode.Refused, "served nothing before"));
    }

    [Test]
    public void An_approval_is_for_the_build_that_waits()
    {
        var waits = Image(approval: RolloutApproval.Manual);
        waits = waits with
        {
            Status = waits.Status! with
            {
                Held = new HeldStatus { Reason = ImageReason.Held.AwaitingApproval, Build = "gemma-b2" },
            },
        };
        Assert.That(
            Changes.Approve(waits, Builds, null).Body().ToJsonString(),
            Does.Contain("""{"gemmaoperator.io/approve":"gemma-b2"}""")
        );
        Assert.That(() => Changes.Approve(Image(), Builds, null), Refused(ExitCode.Refused, "needs no approval"));
        Assert.That(
            () => Changes.Approve(Image(approval: RolloutApproval.Manual), Builds, null),
            Refused(ExitCode.Refused, "no build of gemma waits")
        );
    }

    [Test]
    public void An_approval_is_for_the_build_that_brings_new_packages()
    {
        var image = Image();
        image = image with
        {
            Spec = image.Spec! with
            {
                Verification = image.Spec.Verification with { NewPackages = NewPackagesPolicy.Approve },
            },
        };
        IReadOnlyList<GemmaBuild> builds =
        [
            Builds[0] with
            {
                Status = new GemmaBuildStatus { HeldBy = WireEnum<BuildHold>.From(BuildHold.AwaitingApproval) },
            },
            .. Builds.Skip(1),
        ];
        Assert.That(
            Changes.Approve(image, builds, null).Body().ToJsonString(),
            Does.Contain("""{"gemmaoperator.io/approve":"gemma-b3"}""")
        );
        Assert.That(() => Changes.Approve(image, builds, "gemma-b2"), Refused(ExitCode.Refused, "needs no approval"));
        Assert.That(() => Changes.Approve(image, Builds, null), Refused(ExitCode.Refused, "needs no approval"));
        var both = image with
        {
            Status = image.Status! with
            {
                Held = new HeldStatus { Reason = ImageReason.Held.AwaitingApproval, Build = "gemma-b2" },
            },
        };
        Assert.That(() => Changes.Approve(both, builds, null), Refused(ExitCode.Refused, "two builds wait, gemma-b2"));
        Assert.That(
            Changes.Approve(both, builds, "gemma-b3").Body().ToJsonString(),
            Does.Contain("""{"gemmaoperator.io/approve":"gemma-b3"}""")
        );
    }

    [Test]
    public void A_suspension_is_begun_and_ended_once()
    {
        Assert.That(
            Changes.Suspend(Image(), suspend: true).Body().ToJsonString(),
            Does.Contain("""{"suspend":true}""")
        );
        Assert.That(() => Changes.Suspend(Image(), suspend: false), Refused(ExitCode.Refused, "not suspended"));
    }

    [Test]
    public void Who_would_put_a_spec_back_is_told()
    {
        var image = Image();
        Assert.That(GitOwner.Of(image), Is.Null);
        image.Metadata.Labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["kustomize.toolkit.fluxcd.io/name"] = "apps",
        };
        Assert.That(GitOwner.Of(image), Is.EqualTo("Flux' Kustomization apps"));
    }

    private static NUnit.Framework.Constraints.Constraint Refused(int code, string told) =>
        Throws.TypeOf<CliException>().With.Property(nameof(CliException.Code)).EqualTo(code).And.Message.Contains(told);

    private static GemmaBaseImage Image(string pinned = "", RolloutApproval approval = RolloutApproval.Automatic) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "gemma", ResourceVersion = "7" },
            Spec = new GemmaBaseImageSpec
            {
                Rollout = new RolloutSpec { PinnedBuild = pinned, Approval = approval },
            },
            Status = new GemmaBaseImageStatus
            {
                ServingImage = new ImageStatus { Build = "gemma-b2" },
                PreviousImage = new ImageStatus { Build = "gemma-b1" },
            },
        };

    private static GemmaBuild Build(string name, bool isDone) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new GemmaBuildSpec(),
            Status = new GemmaBuildStatus
            {
                Conditions = isDone
                    ?
                    [
                        new V1Condition
                        {
                            Type = ConditionType.Succeeded,
                            Status = "True",
                            Reason = "Completed",
                        },
                    ]
                    : [],
                Application = isDone ? new ImageStatus() : null,
            },
        };
}
