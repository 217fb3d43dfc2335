using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using k8s.Models;

namespace Operator.Tests.Builds.Steps;

/// <summary>A part is a build for one platform, and what is made of it is put back and nowhere else.</summary>
internal sealed class PlatformPartTests
{
    private static readonly WireEnum<Platform> Amd64 = Platform.LinuxAmd64;
    private static readonly WireEnum<Platform> Arm64 = Platform.LinuxArm64;

    private static GemmaBuild Build =>
        A.Build(1).With(t => t with { Platforms = [Platform.LinuxAmd64, Platform.LinuxArm64] });

    [Test]
    public void What_is_written_of_one_platform_is_read_of_it_and_of_no_other()
    {
        var conditions = new[]
        {
            A.Condition(ConditionType.Reconciling, "True", "Building"),
            A.Condition(ConditionType.ContentsKnown, "True", "Listed"),
        };
        var written = PlatformPart.Write(
            new GemmaBuildStatus(),
            Arm64,
            new GemmaBuildStatus
            {
                Conditions = conditions,
                Candidate = A.Image(3),
                Attempts = 2,
                HeldBy = WireEnum<BuildHold>.From(BuildHold.PodPending),
            }
        );
        var (own, other) = (PlatformPart.Read(written, Arm64), PlatformPart.Read(written, Amd64));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(written.Candidate, Is.Null, "the whole has none yet");
            Assert.That(written.Conditions.Select(c => c.Type), Is.EqualTo([ConditionType.Reconciling]));
            Assert.That(written.Attempts, Is.EqualTo(2));
            Assert.That((own.Candidate, own.Attempts), Is.EqualTo((A.Image(3), 2)));
            Assert.That(own.Conditions.Select(c => c.Type), Is.EquivalentTo(conditions.Select(c => c.Type)));
            Assert.That((other.Candidate, other.Attempts), Is.EqualTo(((ImageStatus?)null, 0)));
            Assert.That(other.HeldBy?.Value, Is.EqualTo(BuildHold.PodPending), "that is said of the whole");
        }
    }

    [Test]
    public void Names_and_tags_of_one_build_differ_by_platform_and_those_of_a_build_for_one_are_as_ever()
    {
        var (amd, arm) = (PlatformPart.Of(Build, Amd64), PlatformPart.Of(Build, Arm64));
        var tag = CandidateTag.Of(Build.Spec!).ToString();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(KanikoJob.Name(arm, 1), Is.EqualTo("gemma-b1-arm64-a1"));
            Assert.That(KanikoJob.Name(amd, 2), Is.EqualTo("gemma-b1-amd64-a2"));
            Assert.That(KanikoJob.Name(A.Build(1), 1), Is.EqualTo("gemma-b1-a1"));
            Assert.That(CandidateTag.Of(arm.Spec!).ToString(), Is.EqualTo($"{tag}-arm64"));
            Assert.That(CandidateTag.Of(A.Build(1).Spec!).ToString(), Is.EqualTo(tag));
        }
    }

    [Test]
    public void A_part_sees_its_own_Jobs_and_is_compared_with_what_was_published_for_it()
    {
        var published = Build.Succeeded() with
        {
            Status = Build.Succeeded().Status! with
            {
                Platforms =
                [
                    new PlatformStatus { Platform = Amd64, Candidate = A.Image(5) },
                    new PlatformStatus { Platform = Arm64, Candidate = A.Image(6) },
                ],
            },
        };
        var parts = (
            Given.Snapshot(Build, jobs: [Job("amd64"), Job("arm64")]) with
            {
                Published = new PublishedBuild(published, MayStay: true),
            }
        ).Parts;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(parts.Select(p => p.Jobs.Single().Metadata.Name), Is.EqualTo(["amd64", "arm64"]));
            Assert.That(parts.Select(p => p.Published!.Status.Promoted), Is.EqualTo([A.Image(5), A.Image(6)]));
            Assert.That(parts.Select(p => p.Published!.Index), Is.All.EqualTo(published.Status!.Promoted));
        }
    }

    [Test]
    public void What_was_published_for_one_platform_does_not_stay_where_two_are_asked_for()
    {
        var parts = (
            Given.Snapshot(Build) with
            {
                Published = new PublishedBuild(A.Build(1).Succeeded(), MayStay: true),
            }
        ).Parts;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(parts[0].Published!.MayStay, Is.False);
            Assert.That(parts[1].Published, Is.Null);
        }
    }

    [Test]
    public void A_build_for_one_is_compared_with_the_image_for_it_where_there_were_several()
    {
        var before = Build.Succeeded();
        before = before with
        {
            Status = before.Status! with
            {
                Platforms =
                [
                    new PlatformStatus { Platform = Amd64, Candidate = A.Image(5) },
                    new PlatformStatus { Platform = Arm64, Candidate = A.Image(6) },
                ],
            },
        };
        var one = A.Build(2).With(t => t with { Platform = Platform.LinuxArm64 }).Spec!.Template;
        var seen = PlatformPart.SeenBy(one, new PublishedBuild(before, MayStay: true))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((seen.Status.Promoted, seen.MayStay), Is.EqualTo((A.Image(6), false)));
            Assert.That(PlatformPart.SeenBy(one, new PublishedBuild(A.Build(1).Succeeded(), true))!.MayStay, Is.True);
            Assert.That(
                PlatformPart.SeenBy(Build.Spec!.Template, new PublishedBuild(before, true))!.Build,
                Is.SameAs(before)
            );
        }
    }

    private static V1Job Job(string architecture)
    {
        var job = Given.Job(architecture);
        job.Spec = new V1JobSpec
        {
            Template = new V1PodTemplateSpec
            {
                Spec = new V1PodSpec
                {
                    NodeSelector = new Dictionary<string, string> { ["kubernetes.io/arch"] = architecture },
                },
            },
        };
        return job;
    }
}
