using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Vulnerabilities;

namespace Operator.Tests.BaseImages.Vulnerabilities;

/// <summary>A fix makes a build due: once, a few times more, and never for ever.</summary>
internal sealed class FixPolicyTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Test]
    public void A_finding_with_a_fix_makes_a_build_due_that_names_it_and_fetches_anew()
    {
        var s = Scanned.Snapshot(Scanned.After(Scanned.Snapshot(), Scanned.OpenSsl));
        var build = Scanned.Build(s)!;
        Assert.That(build.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.VulnerabilityFix }));
        Assert.That(build.Spec.Changes.Single().Field, Is.EqualTo("vulnerability CVE-2026-1001 in libssl3t64"));
        Assert.That(build.Spec.Changes.Single().New, Is.EqualTo("3.0.13-0ubuntu3.6"));
        Assert.That(build.Spec.Resolved.CacheEpoch, Does.EndWith("-b2"));
        Assert.That(build.Spec.Template.ReuseBase, Is.Null);
    }

    [TestCase("Medium", "1.1", true, 0, TestName = "Below_the_severity_nothing_is_due")]
    [TestCase("Nonsense", "1.1", true, 0, TestName = "A_severity_that_is_none_counts_least")]
    [TestCase("Critical", "", true, 0, TestName = "Without_a_fix_nothing_is_due")]
    [TestCase("Critical", "", false, 0, TestName = "Nor_where_findings_without_one_count")]
    [TestCase("Critical", "1.1", true, 1, TestName = "Above_the_severity_it_is")]
    public void Findings_count_by_severity_and_fix(string severity, string fix, bool fixableOnly, int due)
    {
        var found = Scanned.OpenSsl with { Severity = severity, Fixed = fix };
        var s = Scanned.Snapshot(
            Scanned.After(Scanned.Snapshot(), found),
            change: spec =>
                spec with
                {
                    Triggers = spec.Triggers with
                    {
                        Vulnerabilities = new VulnerabilityTrigger { FixableOnly = fixableOnly },
                    },
                }
        );
        Assert.That(FixPolicy.Due(s), Has.Count.EqualTo(due));
    }

    [Test]
    public void A_build_that_brings_no_fix_is_followed_by_two_more_at_most()
    {
        var known = Scanned.After(Scanned.Snapshot(), Scanned.OpenSsl);
        var builds = new List<GemmaBuild>();
        var now = A.Morning;
        var started = new List<double>();
        // Each hour of two months; a build ends at once, and each day the same is found again.
        for (var hour = 0; hour < 24 * 60; hour++, now += TimeSpan.FromHours(1))
        {
            var s = Scanned.Snapshot(known, now, newer: builds);
            if (hour % 24 == 23)
            {
                known = Scanned.After(s, Scanned.OpenSsl);
                s = Scanned.Snapshot(known, now, newer: builds);
            }

            if (FixPolicy.Due(s).Count > 0)
            {
                started.Add(hour / 24.0);
                builds.Insert(0, Unchanged(builds.Count + 2, now));
            }
        }

        Assert.That(started, Is.EqualTo([0.0, 1.0, 5.0]).Within(0.1));
        Assert.That(
            Scanned.Patched(Scanned.Snapshot(known, now, newer: builds))!.Message,
            Does.Contain("3 builds haven't")
        );
    }

    [Test]
    public void Another_fixed_version_is_another_fix()
    {
        GemmaBuild[] tried = [Unchanged(4, A.Morning), Unchanged(3, A.Morning), Unchanged(2, A.Morning)];
        var known = Scanned.After(Scanned.Snapshot(), Scanned.OpenSsl);
        var before = Scanned.Snapshot(known, newer: tried);
        var newer = Scanned.Snapshot(
            Scanned.After(before, Scanned.OpenSsl with { Fixed = "3.0.13-0ubuntu3.7" }),
            newer: tried
        );
        Assert.That(FixPolicy.Due(before), Is.Empty);
        Assert.That(FixPolicy.Due(newer).Single().Fixed, Is.EqualTo("3.0.13-0ubuntu3.7"));
        Assert.That(FixPolicy.Due(newer).Single().FirstSeen, Is.EqualTo(A.Morning), "it is as old as it is");
    }

    [Test]
    public void Builds_are_counted_whatever_their_clock_said_and_once()
    {
        var known = Scanned.After(Scanned.Snapshot(), Scanned.OpenSsl);
        var tried = Unchanged(2, A.Morning - TimeSpan.FromDays(300));
        var once = FixPolicy.Counting(known.Images[0].Findings[0], [tried]);
        Assert.That(once.Attempts, Is.EqualTo(1));
        Assert.That(FixPolicy.Counting(once, [tried]), Is.EqualTo(once));
    }

    [TestCase(BuildReason.SpecChange, 0)]
    [TestCase(BuildReason.Requested, 0)]
    [TestCase(BuildReason.Schedule, 1)]
    [TestCase(BuildReason.VulnerabilityFix, 1)]
    public void Only_builds_that_fetch_anew_are_attempts(BuildReason reason, int attempts)
    {
        var finding = Scanned.After(Scanned.Snapshot(), Scanned.OpenSsl).Images[0].Findings[0];
        Assert.That(FixPolicy.Counting(finding, [Scanned.Good(2, true, reason)]).Attempts, Is.EqualTo(attempts));
    }

    [Test]
    public void A_suspended_object_builds_nothing_and_an_old_scan_neither()
    {
        var known = Scanned.After(Scanned.Snapshot(), Scanned.OpenSsl);
        Assert.That(Scanned.Build(Scanned.Snapshot(known, change: s => s with { Suspend = true })), Is.Null);
        Assert.That(
            FixPolicy.Due(Scanned.Snapshot(known, A.Morning + (3 * Day))),
            Is.Empty,
            "it is scanned again first"
        );
    }

    [Test]
    public void A_finding_that_the_newest_image_has_no_more_builds_nothing()
    {
        var served = Scanned.After(Scanned.Snapshot(), Scanned.OpenSsl);
        var s = Scanned.Snapshot(served, newer: [Newer()]);
        Assert.That(FixPolicy.Due(s), Is.Empty, "it isn't scanned yet");
        Assert.That(
            FixPolicy.Due(
                s with
                {
                    Image = s.Image with { Status = s.Status with { Vulnerabilities = Scanned.After(s) } },
                }
            ),
            Is.Empty
        );
    }

    private static GemmaBuild Newer()
    {
        var build = Scanned.Good(2);
        return build with
        {
            Status = build.Status! with { Promoted = build.Status.Promoted! with { Digest = A.Digest(222) } },
        };
    }

    /// <summary>A build for a fix that published what was there.</summary>
    private static GemmaBuild Unchanged(long number, DateTime ended)
    {
        var build = Scanned.Good(number, true, BuildReason.VulnerabilityFix);
        return build with
        {
            Status = build.Status! with { CompletionTime = ended, Promoted = Scanned.Good(1).Status!.Promoted },
        };
    }
}
