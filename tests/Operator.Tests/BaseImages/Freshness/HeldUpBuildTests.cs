using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using Operator.Tests.BaseImages.Vulnerabilities;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>A spec that mends what holds a build up stops that build; no wording has a say in it.</summary>
internal sealed class HeldUpBuildTests
{
    private static readonly GemmaBuild Good = A.Build(1).Succeeded();

    [TestCase("PodPending")]
    [TestCase("BackingOff")]
    [TestCase("NameTaken")]
    [TestCase("WordedAnew")]
    public void What_holds_a_build_up_is_read_from_its_field_whatever_the_condition_says(string reason)
    {
        var inputs = A.Inputs("i2", attempt: "other-node");
        var running = Running(2, "i2").Saying(reason);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Decide(inputs, running, Good),
                Is.InstanceOf<ImageDecision.Wait>(),
                "as an older release left it"
            );
            Assert.That(
                Decide(inputs, running.HeldBy(BuildHold.NameTaken), Good),
                Is.InstanceOf<ImageDecision.Supersede>()
            );
        }
    }

    [Test]
    public void A_word_of_a_newer_release_holds_nothing_up()
    {
        var running = Running(2, "i2");
        running = running with { Status = new GemmaBuildStatus { HeldBy = WireEnum<BuildHold>.Read("Moonlight") } };
        Assert.That(Decide(A.Inputs("i2", attempt: "other-node"), running, Good), Is.InstanceOf<ImageDecision.Wait>());
    }

    [Test]
    public void One_that_waits_for_approval_gives_way_to_a_request_and_not_to_a_tick()
    {
        var waits = Running(2, "i1").HeldBy(BuildHold.AwaitingApproval);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Unapproved(waits, "now"), Is.InstanceOf<ImageDecision.Supersede>());
            Assert.That(Unapproved(Running(2, "i1"), "now"), Is.InstanceOf<ImageDecision.Wait>(), "it runs");
            Assert.That(
                Unapproved(waits, "now", approved: "gemma-b2"),
                Is.InstanceOf<ImageDecision.Wait>(),
                "somebody has approved it just now"
            );
            Assert.That(Unapproved(waits), Is.InstanceOf<ImageDecision.Wait>(), "nobody asks for another");
            Assert.That(
                Unapproved(waits, schedule: new ScheduleFacts(A.Morning.AddMinutes(-1), A.Morning.AddDays(1))),
                Is.InstanceOf<ImageDecision.Wait>(),
                "who looks at what waits would find another at each tick"
            );
        }
    }

    [TestCase(1, false, TestName = "One_that_waits_for_approval_stays_for_a_fix_that_it_was_made_for")]
    [TestCase(2, true, TestName = "One_that_waits_for_approval_gives_way_to_a_fix_that_is_found_meanwhile")]
    public void A_fix(long newest, bool givesWay)
    {
        var waits = Running(2, "i1").HeldBy(BuildHold.AwaitingApproval);
        var found = Scanned.After(Scanned.Snapshot(), Scanned.OpenSsl);
        found = found with
        {
            Images =
            [
                .. found.Images.Select(i =>
                    i with
                    {
                        Findings = [.. i.Findings.Select(f => f with { LastBuild = newest })],
                    }
                ),
            ],
        };
        var s = Scanned.Snapshot(
            found,
            change: spec =>
                spec with
                {
                    Verification = spec.Verification with { NewPackages = NewPackagesPolicy.Approve },
                },
            newer: waits
        );
        Assert.That(ImagePlanner.Decide(s) is ImageDecision.Supersede, Is.EqualTo(givesWay));
    }

    private static ImageDecision Unapproved(
        GemmaBuild build,
        string? request = null,
        string? approved = null,
        ScheduleFacts? schedule = null
    )
    {
        var image = A.BaseImage(s =>
                s with
                {
                    Verification = s.Verification with { NewPackages = NewPackagesPolicy.Approve },
                }
            )
            .Knowing(1);
        image.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request is not null)
        {
            image.Metadata.Annotations[ApiGroup.RequestedAtAnnotation] = request;
        }

        if (approved is not null)
        {
            image.Metadata.Annotations[ApiGroup.ApproveAnnotation] = approved;
        }

        return ImagePlanner.Decide(A.Snapshot(image, A.Inputs("i1"), [build, Good], schedule));
    }

    private static ImageDecision Decide(BuildRequest inputs, params GemmaBuild[] builds) =>
        ImagePlanner.Decide(A.Snapshot(A.BaseImage().Knowing(1), inputs, builds));

    private static GemmaBuild Running(long number, string inputs) =>
        A.Build(number, A.Inputs(inputs), created: A.Morning.AddMinutes(-4));
}
