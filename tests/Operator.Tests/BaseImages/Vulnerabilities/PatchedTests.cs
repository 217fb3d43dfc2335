using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Cluster;
using k8s.Models;

namespace Operator.Tests.BaseImages.Vulnerabilities;

/// <summary>What people are told of what serves, and what is believed of scans.</summary>
internal sealed class PatchedTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Test]
    public void Nobody_is_told_anything_who_asks_for_no_scans()
    {
        var s = Scanned.Snapshot(change: spec => spec with { Triggers = new TriggersSpec() });
        Assert.That(Scanned.Patched(s), Is.Null);
        Assert.That(ScanPolicy.Judge(s), Is.EqualTo(new ScanState.Resting(null)));
    }

    [Test]
    public void A_list_is_scanned_at_once_and_again_after_the_interval()
    {
        var first = Scanned.Snapshot();
        var known = Scanned.After(first);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ScanPolicy.Judge(first), Is.TypeOf<ScanState.Due>());
            Assert.That(Scanned.Patched(first)!.Reason, Is.EqualTo("ScanPending"));
            Assert.That(ScanPolicy.Judge(Scanned.Snapshot(known)), Is.EqualTo(new ScanState.Resting(A.Morning + Day)));
            Assert.That(ScanPolicy.Judge(Scanned.Snapshot(known, A.Morning + Day)), Is.TypeOf<ScanState.Due>());
            Assert.That(Scanned.Patched(Scanned.Snapshot(known))!.Status, Is.EqualTo("True"));
        }
    }

    [Test]
    public void Another_scanner_or_exception_scans_anew_at_once()
    {
        var known = Scanned.After(Scanned.Snapshot());
        var s = Scanned.Snapshot(
            known,
            change: spec =>
                spec with
                {
                    Verification = spec.Verification with
                    {
                        Scan = spec.Verification.Scan with
                        {
                            Ignore = [new IgnoredVulnerability { Id = "CVE-2026-1001", Reason = "not reached" }],
                        },
                    },
                }
        );
        Assert.That(ScanPolicy.Judge(s), Is.TypeOf<ScanState.Due>());
    }

    [TestCase(3, "DatabaseOutdated", 90)]
    [TestCase(3, "NothingFound", 1)]
    [TestCase(3, "NothingFound", -400)]
    public void An_old_database_finds_nothing_and_proves_nothing(int _, string reason, int daysOld)
    {
        var s = Scanned.Snapshot();
        var known = ScanFold.Fold(s, Scanned.Found(s, A.Morning - (daysOld * Day)), null)!;
        Assert.That(known.Images[0].DatabaseTime, Is.LessThanOrEqualTo(A.Morning), "no time is after now");
        Assert.That(Scanned.Patched(Scanned.Snapshot(known))!.Reason, Is.EqualTo(reason));
    }

    [Test]
    public void What_is_exposed_says_since_when_and_stays_so_while_scans_fail()
    {
        var known = Scanned.After(Scanned.Snapshot(), Scanned.OpenSsl);
        var later = Scanned.Snapshot(known, A.Morning + (5 * Day), WithSla);
        var failed = ScanFold.Fold(
            later,
            new ScanState.Failed(ScanTarget.Published(later)!, ImageReason.Patched.ScannerFailed, "no database"),
            null
        )!;
        var told = Scanned.Patched(Scanned.Snapshot(failed, A.Morning + (5 * Day), WithSla))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((told.Status, told.Reason), Is.EqualTo(("False", "SlaExceeded")));
            Assert.That(
                told.Message,
                Does.Contain(
                        "CVE-2026-1001 (High) in libssl3t64 3.0.13-0ubuntu3.5, fixed in 3.0.13-0ubuntu3.6, "
                            + "known for 5 days of 3 that spec.sla allows"
                    )
                    .And.Contain("The newest scan failed: no database.")
            );
            Assert.That(
                Scanned.Patched(Scanned.Snapshot(known, A.Morning + (2 * Day), WithSla))!.Reason,
                Is.EqualTo("Vulnerable")
            );
            Assert.That(
                PatchedRule.NextLook(Scanned.Snapshot(known, A.Morning + TimeSpan.FromHours(1), WithSla)),
                Is.EqualTo(A.Morning + Day),
                "a look at the end of the interval, if not before"
            );
        }
    }

    [Test]
    public void Since_when_goes_over_to_the_next_image_that_has_it_too()
    {
        var known = Scanned.After(Scanned.Snapshot(), Scanned.OpenSsl);
        var build = Scanned.Good(2);
        var newer = build with
        {
            Status = build.Status! with { Promoted = build.Status.Promoted! with { Digest = A.Digest(222) } },
        };
        var pending = Scanned.Snapshot(known, A.Morning + (2 * Day), newer: [newer]);
        var kept = ScanFold.Fold(pending, ScanPolicy.Judge(pending), null)!;
        var scanned = Scanned.Snapshot(kept, A.Morning + (2 * Day), newer: [newer]);
        var after = Scanned.After(scanned, Scanned.OpenSsl);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                kept.Images.Single().Digest,
                Is.Not.EqualTo(A.Digest(222)),
                "it is kept until the next is scanned"
            );
            Assert.That(after.Images.Single().Digest, Is.EqualTo(A.Digest(222)));
            Assert.That(after.Images.Single().Findings.Single().FirstSeen, Is.EqualTo(A.Morning));
        }
    }

    [TestCase(null, "ContentsUnknown")]
    [TestCase(false, "SourcesUnknown")]
    public void A_list_that_scanners_find_too_little_in_is_named_and_not_scanned(bool? hasList, string reason)
    {
        var build = Scanned.Good(2, sources: null);
        var lacking = hasList is null ? build with { Status = build.Status! with { Contents = null } } : build;
        var other = lacking with
        {
            Status = lacking.Status! with { Promoted = lacking.Status!.Promoted! with { Digest = A.Digest(222) } },
        };
        var s = Scanned.Snapshot(newer: [other]);
        var state = ScanPolicy.Judge(s);
        Assert.That((state as ScanState.Failed)?.Reason, Is.EqualTo(reason));
        var known = ScanFold.Fold(s, state, null)!;
        var next = Scanned.Snapshot(known, newer: [other]);
        Assert.That(Scanned.Patched(next)!.Reason, Is.EqualTo(reason));
        Assert.That(ScanPolicy.Judge(next), Is.TypeOf<ScanState.Resting>(), "nothing spins");
    }

    [Test]
    public void Failures_are_tried_again_with_pauses_that_grow_to_a_bound()
    {
        var minutes = Enumerable.Range(1, 8).Select(n => ScanPolicy.PauseAfter(n).TotalMinutes);
        Assert.That(minutes, Is.EqualTo(new[] { 5.0, 10, 20, 40, 80, 120, 120, 120 }));
        Assert.That(ScanPolicy.PauseAfter(int.MaxValue), Is.EqualTo(ScanPolicy.LongestPause));
    }

    [Test]
    public void What_a_pod_says_of_itself_is_bounded()
    {
        var s = Scanned.Snapshot();
        var many = Enumerable.Range(0, 500).Select(n => Scanned.OpenSsl with { Id = $"CVE-2026-{n}" }).ToArray();
        var known = Scanned.After(s, many);
        Assert.That(known.Images[0].Findings, Has.Count.EqualTo(ScannedImage.MostFindings));
    }

    [Test]
    public void Findings_that_are_counted_and_not_named_are_found_all_the_same()
    {
        var s = Scanned.Snapshot();
        var found = Scanned.Found(s, null);
        var scan = found.Result.Scan with { Critical = 2, High = int.MaxValue };
        var known = ScanFold.Fold(s, found with { Result = found.Result with { Scan = scan } }, null);
        Assert.That(Scanned.Patched(Scanned.Snapshot(known))!.Reason, Is.EqualTo("Vulnerable"));
    }

    [TestCase(5, false)]
    [TestCase(20, true)]
    public void A_job_that_ended_without_a_pod_is_given_a_moment_and_then_up(int seconds, bool isFailed)
    {
        var first = Scanned.Snapshot();
        var job = new V1Job
        {
            Metadata = new V1ObjectMeta { Name = ((ScanState.Due)ScanPolicy.Judge(first)).Job, Uid = "j" },
            Status = new V1JobStatus
            {
                Conditions =
                [
                    new V1JobCondition
                    {
                        Type = "Failed",
                        Status = "True",
                        Message = "Job was active longer than specified deadline",
                        LastTransitionTime = A.Morning,
                    },
                ],
            },
        };
        var s = Scanned.Snapshot(now: A.Morning.AddSeconds(seconds));
        s = s with { Workload = new Workload { Jobs = [job] } };
        var state = ScanPolicy.Judge(s);
        Assert.That(state, isFailed ? Is.TypeOf<ScanState.Failed>() : Is.TypeOf<ScanState.Running>());
        Assert.That(
            PatchedRule.NextLook(s),
            isFailed ? Is.Null : Is.EqualTo(A.Morning + ObservedJob.PodPatience),
            "nobody else wakes it"
        );
    }

    [Test]
    public void Times_from_a_clock_that_was_ahead_are_now()
    {
        var ahead = Scanned.After(Scanned.Snapshot(now: A.Morning + (400 * Day)), Scanned.OpenSsl);
        var s = Scanned.Snapshot(ahead);
        var read = RecordedStatus.Of(s.Image, A.Morning).Status!.Vulnerabilities!.Images[0];
        Assert.That((read.ScanTime, read.Findings[0].FirstSeen), Is.EqualTo(((DateTime?)A.Morning, A.Morning)));
        Assert.That(
            ScanPolicy.Judge(s with { Image = RecordedStatus.Of(s.Image, A.Morning) }),
            Is.EqualTo(new ScanState.Resting(A.Morning + Day))
        );
    }

    private static GemmaBaseImageSpec WithSla(GemmaBaseImageSpec spec) =>
        spec with
        {
            Sla = new SlaSpec { High = "72h" },
        };
}
