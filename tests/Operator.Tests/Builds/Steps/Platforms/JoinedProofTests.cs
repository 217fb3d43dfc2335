using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Platforms;

namespace Operator.Tests.Builds.Steps.Platforms;

/// <summary>What the images of an index have shown is told once of all of them.</summary>
internal sealed class JoinedProofTests
{
    private static readonly ScanFinding Curl = new()
    {
        Id = "CVE-1",
        Severity = "High",
        Package = "curl",
        Fixed = "2",
    };

    [Test]
    public void A_finding_of_two_platforms_counts_once()
    {
        var other = Curl with { Id = "CVE-2", Severity = "Critical" };
        var scan = Joined(new ScanStatus { High = 1, Worst = [Curl] }, Both(Curl, other))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((scan.Critical, scan.High), Is.EqualTo((1, 1)));
            Assert.That(scan.Worst, Is.EqualTo([other, Curl]));
        }
    }

    [Test]
    public void Findings_of_one_platform_each_are_two()
    {
        var scan = Joined(
            new ScanStatus { High = 1, Worst = [Curl] },
            new ScanStatus { High = 1, Worst = [Curl with { Id = "CVE-2" }] }
        )!;
        Assert.That(scan.High, Is.EqualTo(2));
    }

    [Test]
    public void More_than_is_named_is_at_least_what_the_worse_platform_has() =>
        Assert.That(Joined(new ScanStatus { Medium = 40 }, new ScanStatus { Medium = 38 })!.Medium, Is.EqualTo(40));

    [Test]
    public void A_platform_without_a_result_leaves_the_whole_without_and_is_named()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Joined(new ScanStatus { High = 1 }, null), Is.Null);
            Assert.That(
                Joined(new ScanStatus { High = 1 }, new ScanStatus { Error = "no database" })!.Error,
                Is.EqualTo("linux/arm64: no database")
            );
        }
    }

    [Test]
    public void What_is_gone_from_one_platform_alone_isnt_gone()
    {
        var before = A.Build(1).Succeeded();
        before = before with
        {
            Status = before.Status! with
            {
                Verification = new VerificationStatus
                {
                    Scan = new ScanStatus { High = 1, Worst = [Curl] },
                },
            },
        };
        var published = new PublishedBuild(before, MayStay: true);
        var still = Snapshot(new ScanStatus(), new ScanStatus { High = 1, Worst = [Curl] });
        var gone = Snapshot(new ScanStatus(), new ScanStatus());
        var other = new ScanStatus { High = 1, Worst = [Curl with { Id = "CVE-7" }] };
        var unnamed = Snapshot(other, new ScanStatus { High = 1 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(JoinedProof.FixedOf(still with { Published = published })!.High, Is.Zero);
            Assert.That(JoinedProof.FixedOf(gone with { Published = published })!.High, Is.EqualTo(1));
            Assert.That(JoinedProof.FixedOf(gone), Is.Null);
            Assert.That(
                JoinedProof.FixedOf(unnamed with { Published = published })!.High,
                Is.Zero,
                "it may be what the other one has no room to name"
            );
        }
    }

    private static ScanStatus Both(params ScanFinding[] found) =>
        new()
        {
            Critical = found.Count(f => f.Severity == "Critical"),
            High = found.Count(f => f.Severity == "High"),
            Worst = found,
        };

    private static ScanStatus? Joined(ScanStatus? amd, ScanStatus? arm) =>
        JoinedProof.Of(Snapshot(amd, arm).Parts)!.Scan;

    private static BuildSnapshot Snapshot(ScanStatus? amd, ScanStatus? arm)
    {
        var build = A.Build(2)
            .With(t =>
                t with
                {
                    Platforms = [Platform.LinuxAmd64, Platform.LinuxArm64],
                    Verification = new VerificationTemplate { Scan = new ScanSpec() },
                }
            );
        return Given.Snapshot(
            build with
            {
                Status = new GemmaBuildStatus
                {
                    Platforms = [Part(Platform.LinuxAmd64, amd), Part(Platform.LinuxArm64, arm)],
                },
            }
        );
    }

    private static PlatformStatus Part(Platform platform, ScanStatus? scan) =>
        new()
        {
            Platform = platform,
            Verification = new VerificationStatus { Scan = scan },
        };
}
