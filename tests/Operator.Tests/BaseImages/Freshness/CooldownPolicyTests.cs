using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Cooldowns;
using Operator.Tests.BaseImages.Vulnerabilities;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>Which packages are too young for a build, and which may be all the same.</summary>
internal sealed class CooldownPolicyTests
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private static readonly ScanFinding Urllib = new()
    {
        Id = "CVE-2026-2001",
        Severity = "High",
        Package = "urllib3",
        Installed = "2.4.0",
        Fixed = "2.5.0",
    };

    [Test]
    public void A_build_has_the_time_by_the_operators_clock() =>
        Assert.That(Due(Urllib).Spec!.Resolved.UploadedBefore, Is.EqualTo(A.Morning - Week));

    [Test]
    public void Without_an_age_a_build_says_nothing_of_it()
    {
        var s = Scanned.Snapshot(Scanned.After(Scanned.Snapshot(), Urllib));
        var resolved = Scanned.Build(s)!.Spec!.Resolved;
        Assert.That((resolved.UploadedBefore, resolved.YoungerFixes), Is.EqualTo(((DateTime?)null, (object?)null)));
    }

    [Test]
    public void The_fix_that_a_build_is_due_for_may_be_younger_and_the_build_says_so()
    {
        var spec = Due(Urllib).Spec!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                spec.Resolved.YoungerFixes,
                Is.EqualTo(
                    new[]
                    {
                        new YoungerFix
                        {
                            Package = "urllib3",
                            Version = "2.5.0",
                            Since = A.Morning,
                        },
                    }
                )
            );
            Assert.That(
                spec.Changes.Select(c => $"{c.Field} {c.New}"),
                Is.EqualTo([
                    "vulnerability CVE-2026-2001 in urllib3 2.5.0",
                    "exempt from spec.requirements.minAge: urllib3 2.5.0",
                ])
            );
        }
    }

    [TestCase("1.26.5", "2.6.3, 1.26.20", "1.26.20")]
    [TestCase("2.5", "1.26.20,2.6.3", "2.6.3")]
    [TestCase("2.6.3", "1.26.20, 2.6.3.0", null)]
    [TestCase("2.6rc1", "1.26.20, 2.6.3", null)]
    [TestCase("2.6rc1", "2.6.3", "2.6.3")]
    [TestCase("1.0", "", null)]
    public void Of_the_lines_that_mend_it_the_fix_is_the_lowest_above_what_is_installed(
        string installed,
        string versions,
        string? chosen
    ) => Assert.That(PackageFix.Choose(installed, versions), Is.EqualTo(chosen));

    [Test]
    public void A_fix_of_several_lines_may_be_younger_as_well() =>
        Assert.That(
            Due(Urllib with { Fixed = "1.26.20, 2.5.0" }).Spec!.Resolved.YoungerFixes!.Select(f => f.Version),
            Is.EqualTo(["2.5.0"])
        );

    [Test]
    public void What_only_apt_can_bring_is_no_exemption() =>
        Assert.That(Due(Scanned.OpenSsl).Spec!.Resolved.YoungerFixes, Is.Null);

    [TestCase(1, true)]
    [TestCase(6, true)]
    [TestCase(8, false)]
    public void A_build_later_keeps_what_a_fix_has_brought_until_that_is_old_enough(int days, bool isExempt)
    {
        var fixing = Due(Urllib);
        var fixedBuild = Scanned.Good(2);
        fixedBuild = fixedBuild with
        {
            Spec = fixedBuild.Spec! with
            {
                Resolved = fixedBuild.Spec.Resolved with
                {
                    UploadedBefore = fixing.Spec!.Resolved.UploadedBefore,
                    YoungerFixes = fixing.Spec.Resolved.YoungerFixes,
                },
            },
        };
        var s = Aged(Scanned.Snapshot(null, A.Morning.AddDays(days), newer: fixedBuild));
        s.Image.Asking("now");
        var build = Scanned.Build(s)!;
        Assert.That(
            (build.Spec!.Resolved.YoungerFixes ?? []).Select(f => f.Package),
            isExempt ? Does.Contain("urllib3") : Does.Not.Contain("urllib3")
        );
    }

    [Test]
    public void As_long_as_layers_come_from_the_cache_the_time_is_theirs()
    {
        var first = Due(Urllib);
        var done = Scanned.Good(2);
        done = done with
        {
            Spec = done.Spec! with
            {
                Resolved = done.Spec.Resolved with
                {
                    UploadedBefore = first.Spec!.Resolved.UploadedBefore,
                    CacheEpoch = first.Spec.Resolved.CacheEpoch,
                    InputsHash = first.Spec.Resolved.InputsHash,
                },
            },
        };
        var s = Aged(Scanned.Snapshot(null, A.Morning.AddDays(2), newer: done));
        var inputs = (BuildRequest.Known)s.Inputs;
        var content = inputs.Resolved with { CacheEpoch = first.Spec.Resolved.CacheEpoch };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Time(s, content), Is.EqualTo(A.Morning - Week));
            Assert.That(Time(s, content with { CacheEpoch = "b9" }), Is.EqualTo(A.Morning.AddDays(2) - Week));
            Assert.That(
                Time(s with { Builds = [done with { Status = done.Status! with { Candidate = null } }] }, content),
                Is.EqualTo(A.Morning.AddDays(2) - Week),
                "what failed has left no layer, and what was too young may be old enough"
            );
            Assert.That(
                Time(s with { Now = A.Morning.AddDays(-3) }, content),
                Is.EqualTo(A.Morning.AddDays(-3) - Week),
                "a clock that was ahead lets nothing in"
            );
        }
    }

    private static DateTime? Time(ImageSnapshot s, ResolvedInputs content) =>
        CooldownPolicy.Pin(s, (BuildRequest.Known)s.Inputs, content).UploadedBefore;

    /// <summary>Inputs with requirements and an age; as to what is recorded of them, those of the builds.</summary>
    private static ImageSnapshot Aged(ImageSnapshot s)
    {
        var known = A.Inputs();
        var spec = s.Spec with
        {
            Requirements = new RequirementsSpec { Inline = "requests\n", MinAge = "168h" },
        };
        return s with { Inputs = known with { Spec = spec, Content = ParsedSpec.Parse(spec, null, null).Value } };
    }

    private static GemmaBuild Due(ScanFinding finding) =>
        Scanned.Build(Aged(Scanned.Snapshot(Scanned.After(Scanned.Snapshot(), finding))))!;
}
