using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Approval;
using GemmaOperator.Builds.Steps.Assemble;

namespace Operator.Tests.Builds.Steps.Approval;

/// <summary>What brings new packages waits where the object asks for it, and for nothing longer than that.</summary>
internal sealed class AwaitApprovalTests
{
    private static readonly ContentsStatus Brings = new()
    {
        Packages = 3,
        Comparison = ContentsComparison.Compared,
        ComparedWith = "gemma-b1",
        NewPackages = 2,
        PathFiles = ["evil.pth 0123456789abcdef"],
        Changes =
        [
            new PackageChange
            {
                Kind = PackageKind.PathFile,
                Name = "evil.pth",
                New = "0123456789abcdef",
            },
            new PackageChange
            {
                Kind = PackageKind.Python,
                Name = "typo",
                New = "1.0",
            },
            new PackageChange
            {
                Kind = PackageKind.Dpkg,
                Name = "libfoo",
                New = "2",
            },
        ],
    };

    [Test]
    public void New_packages_wait_before_anything_is_made_of_the_candidate()
    {
        var step = (AwaitApproval)BuildPlanner.Decide(Snapshot()).Decision;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                step.Why,
                Is.EqualTo("2 Python packages or .pth files are new: evil.pth, typo 1.0"),
                "a package of the system is its distribution's"
            );
            Assert.That(
                step.Command,
                Is.EqualTo("kubectl annotate gemmabaseimage gemma -n ml gemmaoperator.io/approve=gemma-b2 --overwrite")
            );
        }
    }

    [Test]
    public void The_annotation_that_the_message_names_lets_it_go_on() =>
        Assert.That(BuildPlanner.Decide(Snapshot(approved: "gemma-b2")).Decision, Is.InstanceOf<AssembleApplication>());

    [Test]
    public void The_approval_of_another_build_is_none() =>
        Assert.That(BuildPlanner.Decide(Snapshot(approved: "gemma-b1")).Decision, Is.InstanceOf<AwaitApproval>());

    [Test]
    public void Who_allows_it_waits_for_nobody() =>
        Assert.That(
            BuildPlanner.Decide(Snapshot(policy: NewPackagesPolicy.Allow)).Decision,
            Is.InstanceOf<AssembleApplication>()
        );

    [Test]
    public void A_first_image_has_nothing_to_be_compared_with() =>
        Assert.That(
            AwaitApproval.Decide(
                Snapshot(contents: Brings with { Comparison = ContentsComparison.FirstImage }) with
                {
                    Published = null,
                }
            ),
            Is.Null
        );

    [Test]
    public void What_brings_nothing_new_waits_for_nobody() =>
        Assert.That(AwaitApproval.Decide(Snapshot(contents: Brings with { NewPackages = 0 })), Is.Null);

    [TestCase(2, "a 1,b 2", "", "its layers hold Python packages that its own list doesn't name (2): a 1, b 2")]
    [TestCase(1, "a 1", "b 2", "its layers hold Python packages that its own list doesn't name (1): a 1")]
    [TestCase(1, "a 1", "a 1,b 2", null)]
    [TestCase(21, "a 1", "a 1", "its layers hold Python packages that its own list doesn't name (21): a 1")]
    [TestCase(0, "", "a 1", null)]
    public void What_an_image_does_not_name_waits_unless_the_published_one_has_the_same(
        int count,
        string names,
        string published,
        string? why
    )
    {
        var s = Snapshot(contents: Brings with { NewPackages = 0, Layers = Unnamed(count, names) });
        var before = s.Published!.Build with
        {
            Status = s.Published.Status with { Contents = Brings with { Layers = Unnamed(9, published) } },
        };
        var step = AwaitApproval.Decide(s with { Published = new PublishedBuild(before, MayStay: true) });
        Assert.That((step as AwaitApproval)?.Why, Is.EqualTo(why));
    }

    private static LayersStatus Unnamed(int count, string names) =>
        new()
        {
            Read = 1,
            Unlisted = count,
            Names = names.Split(',', StringSplitOptions.RemoveEmptyEntries),
        };

    private static readonly TestCaseData[] Doubts =
    [
        new TestCaseData((ContentsStatus?)null, "nobody knows what it holds"),
        new TestCaseData(
            Brings with
            {
                Comparison = ContentsComparison.DocumentReplaced,
                NewPackages = null,
            },
            "it can't be compared with what is published"
        ),
        new TestCaseData(Brings with { NewPackages = 0, PathFiles = null }, "its .pth files can't be told"),
    ];

    [TestCaseSource(nameof(Doubts))]
    public void On_doubt_it_waits(ContentsStatus? contents, string why) =>
        Assert.That(
            ((AwaitApproval)AwaitApproval.Decide(Snapshot(contents: contents, isKnown: false))!).Why,
            Is.EqualTo(why)
        );

    [Test]
    public void What_is_published_already_waits_for_nobody_whatever_it_brought_once()
    {
        var s = Snapshot();
        Assert.That(
            AwaitApproval.Decide(
                s with
                {
                    Published = new PublishedBuild(
                        s.Published!.Build with
                        {
                            Status = s.Published.Status with { Promoted = s.Status.Candidate },
                        },
                        MayStay: true
                    ),
                }
            ),
            Is.Null
        );
    }

    [Test]
    public void Of_several_platforms_each_is_compared_and_one_that_was_never_published_waits()
    {
        var known = Brings with { NewPackages = 0 };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(AwaitApproval.Decide(Several(known, known, wereSeveral: true)), Is.Null);
            Assert.That(
                ((AwaitApproval)AwaitApproval.Decide(Several(known, Brings, wereSeveral: true))!).Why,
                Is.EqualTo("2 Python packages or .pth files are new: evil.pth, typo 1.0 (on linux/arm64)")
            );
            Assert.That(
                ((AwaitApproval)AwaitApproval.Decide(Several(known, known, wereSeveral: false))!).Why,
                Is.EqualTo("nothing is published that it could be compared with (on linux/arm64)")
            );
        }
    }

    [Test]
    public void A_base_for_several_that_is_used_again_waits_for_nobody()
    {
        var s = Several(Brings, Brings with { Comparison = ContentsComparison.FirstImage }, wereSeveral: true);
        var published = s.Published! with
        {
            Build = s.Published.Build with
            {
                Status = s.Published.Status with { Promoted = s.Status.Candidate, Platforms = s.Status.Platforms },
            },
        };
        Assert.That(AwaitApproval.Decide(s with { Published = published }), Is.Null);
    }

    private static BuildSnapshot Several(ContentsStatus amd, ContentsStatus arm, bool wereSeveral)
    {
        var s = Snapshot();
        var before = s.Published!.Build;
        return s with
        {
            Build = Two(s.Build) with
            {
                Status = s.Status with
                {
                    Platforms =
                    [
                        new PlatformStatus
                        {
                            Platform = Platform.LinuxAmd64,
                            Candidate = A.Image(21),
                            Contents = amd,
                        },
                        new PlatformStatus
                        {
                            Platform = Platform.LinuxArm64,
                            Candidate = A.Image(22),
                            Contents = arm,
                        },
                    ],
                },
            },
            Published = new PublishedBuild(wereSeveral ? Two(before) : before, MayStay: true),
        };

        static GemmaBuild Two(GemmaBuild build) =>
            build.With(t => t with { Platforms = [Platform.LinuxAmd64, Platform.LinuxArm64] });
    }

    [Test]
    public void The_event_is_told_once()
    {
        var s = Snapshot();
        var step = (AwaitApproval)AwaitApproval.Decide(s)!;
        var first = step.After(s, default(Nothing));
        var again = step.After(s with { Build = s.Build with { Status = first.Status } }, default(Nothing));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Event?.Reason, Is.EqualTo("AwaitingApproval"));
            Assert.That(first.Status.HeldBy?.Value, Is.EqualTo(BuildHold.AwaitingApproval));
            Assert.That(again.Event, Is.Null);
        }
    }

    private static BuildSnapshot Snapshot(
        NewPackagesPolicy policy = NewPackagesPolicy.Approve,
        string? approved = null,
        ContentsStatus? contents = null,
        bool isKnown = true
    )
    {
        var build = A.Build(2).WithCandidate();
        build = build with { Status = build.Status! with { Contents = contents ?? (isKnown ? Brings : null) } };
        var image = A.BaseImage(s => s with { Verification = s.Verification with { NewPackages = policy } });
        if (approved is not null)
        {
            image.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [ApiGroup.ApproveAnnotation] = approved,
            };
        }

        return Given.Snapshot(build) with
        {
            Published = new PublishedBuild(A.Build(1).Succeeded(), MayStay: true),
            Approval = PackageApproval.Of(image, build),
        };
    }
}
