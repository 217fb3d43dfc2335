using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.Metrics;

namespace Operator.Tests.BaseImages.Vulnerabilities;

/// <summary>The lists of an image for several platforms: each is scanned, and what is found is told once.</summary>
internal sealed partial class PlatformScanTests
{
    private const string Arm = "linux/arm64";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly ScanFinding Curl = new()
    {
        Id = "CVE-2026-2002",
        Severity = "Critical",
        Package = "curl",
        Installed = "8.5.0-2ubuntu10.6",
        Fixed = "8.5.0-2ubuntu10.7",
    };

    [Test]
    public void Each_list_has_a_Job_of_its_own_and_nothing_is_clean_before_all_are()
    {
        var s = Of(null);
        var first = (ScanState.Due)ScanPolicy.Judge(s);
        var half = Of(Noted(s, first.Target));
        var second = (ScanState.Due)ScanPolicy.Judge(half);
        var all = Of(Noted(half, second.Target));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Target.Platform?.Text, Is.EqualTo("linux/amd64"));
            Assert.That(second.Target.Platform?.Text, Is.EqualTo(Arm));
            Assert.That(second.Job, Is.Not.EqualTo(first.Job));
            Assert.That(first.Target.Build.Status!.Contents!.Sbom!.Digest, Is.EqualTo(A.Digest(81)));
            Assert.That(second.Target.Build.Status!.Promoted!.Digest, Is.EqualTo(A.Digest(92)));
            Assert.That(Told(half), Is.EqualTo("Unknown ScanPending"));
            Assert.That(Scanned.Patched(half)!.Message, Does.EndWith("hasn't been scanned yet for linux/arm64"));
            Assert.That(VulnerabilityGauges.OpenOf(half.Image, half.Builds), Is.Empty, "half a number is none");
            Assert.That(Told(all), Is.EqualTo("True NothingFound"));
            Assert.That(ScanPolicy.Judge(all), Is.EqualTo(new ScanState.Resting(A.Morning + Day)));
        }
    }

    [Test]
    public void A_finding_of_both_counts_once_and_one_of_a_single_platform_names_it()
    {
        var s = Of(Both([Scanned.OpenSsl], [Scanned.OpenSsl, Curl]));
        var message = Scanned.Patched(s)!.Message;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                message,
                Does.StartWith("1 critical, 1 high, 0 medium and 0 low findings in what build gemma-b2")
            );
            Assert.That(
                message,
                Does.Contain("CVE-2026-2002 (Critical) in curl 8.5.0-2ubuntu10.6 on linux/arm64, fixed")
            );
            Assert.That(message, Does.Contain("CVE-2026-1001 (High) in libssl3t64 3.0.13-0ubuntu3.5, fixed"));
            Assert.That(
                VulnerabilityGauges.OpenOf(s.Image, s.Builds).Take(2).Select(sample => sample.Value),
                Is.EqualTo(new double[] { 1, 1 })
            );
            Assert.That(
                Scanned.Build(s)!.Spec!.Changes.Select(c => c.Field),
                Is.EqualTo([
                    "vulnerability CVE-2026-2002 in curl on linux/arm64",
                    "vulnerability CVE-2026-1001 in libssl3t64",
                ])
            );
        }
    }

    [Test]
    public void Where_more_is_counted_than_named_it_is_at_least_what_the_worse_platform_has()
    {
        var amd = new ScannedImage
        {
            Digest = "x",
            Platform = Platform.LinuxAmd64,
            High = 31,
        };
        var known = KnownScan.Of([amd, amd with { Platform = Platform.LinuxArm64, High = 29 }])!;
        Assert.That(known.High, Is.EqualTo(31));
    }

    [Test]
    public void A_platform_whose_scan_fails_leaves_the_whole_unknown_and_builds_nothing()
    {
        var s = Of(null);
        var first = ((ScanState.Due)ScanPolicy.Judge(s)).Target;
        s = Of(Noted(s, first));
        var second = ((ScanState.Due)ScanPolicy.Judge(s)).Target;
        s = Of(Failed(s, second));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Told(s), Is.EqualTo("Unknown ScannerFailed"));
            Assert.That(
                Scanned.Patched(s)!.Message,
                Is.EqualTo("What serves can't be scanned: linux/arm64: no database. It is tried again by itself.")
            );
            Assert.That(Scanned.Build(s), Is.Null);
            Assert.That(ScanPolicy.Judge(s), Is.TypeOf<ScanState.Resting>(), "after a pause");
        }

        var later = Of(s.Status.Vulnerabilities, A.Morning + TimeSpan.FromMinutes(6));
        var again = (ScanState.Due)ScanPolicy.Judge(later);
        Assert.That(again.Target.Platform?.Text, Is.EqualTo(Arm), "what is known isn't scanned again");
        Assert.That(Told(Of(Noted(later, again.Target))), Is.EqualTo("True NothingFound"));
    }

    [Test]
    public void What_is_found_on_one_counts_though_another_one_cant_be_scanned()
    {
        var s = Of(null);
        s = Of(Noted(s, ((ScanState.Due)ScanPolicy.Judge(s)).Target, Curl));
        Assert.That(Scanned.Patched(s)!.Message, Does.EndWith("What is there for linux/arm64 isn't scanned yet."));
        s = Of(Failed(s, ((ScanState.Due)ScanPolicy.Judge(s)).Target));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Told(s), Is.EqualTo("False Vulnerable"));
            Assert.That(
                Scanned.Patched(s)!.Message,
                Does.Contain(" on linux/amd64, ").And.EndWith("The newest scan failed: linux/arm64: no database.")
            );
            Assert.That(Scanned.Build(s)!.Spec!.Reasons, Is.EqualTo(new[] { BuildReason.VulnerabilityFix }));
            Assert.That(
                VulnerabilityGauges.FirstSeenOf(s.Image, s.Builds).Single().Labels,
                Is.EqualTo(["critical"]),
                "its time runs"
            );
        }
    }

    [Test]
    public void A_fix_that_one_platform_lacks_is_built_for_where_it_is()
    {
        var known = Both([Curl], [Curl with { Fixed = "" }]);
        var due = Of(known);
        var all = Of(known, change: spec => spec with { Triggers = Without(spec.Triggers) });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                FixPolicy.ChangesOf(due, FixPolicy.Due(due)).Select(c => $"{c.Field}: {c.New}"),
                Is.EqualTo(["vulnerability CVE-2026-2002 in curl on linux/amd64: 8.5.0-2ubuntu10.7"])
            );
            Assert.That(
                Scanned.Patched(all)!.Message,
                Does.Contain("1 critical").And.Contain("on linux/arm64, no fix").And.Contain("on linux/amd64, fixed in")
            );
        }

        // The build brings it where there is one; the other platform still waits, and nothing is due for it.
        var mended = Of(Both([], [Curl with { Fixed = "" }]));
        Assert.That(FixPolicy.Due(mended), Is.Empty);
    }

    [Test]
    public void A_fix_counts_as_brought_once_no_platform_has_the_finding()
    {
        var before = Both([Curl], [Curl]);
        var fix = Publishing(Two(3, BuildReason.VulnerabilityFix), 333);
        var s = Of(before, A.Morning + TimeSpan.FromHours(1), newer: fix);
        var known = Scan(s, [], [Curl], fix);
        var left = Of(known, A.Morning + TimeSpan.FromHours(1), newer: fix);
        var gone = Of(Scan(s, [], [], fix), A.Morning + TimeSpan.FromHours(1), newer: fix);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(known.Images.Select(i => i.Findings.Count), Is.EqualTo([0, 1]));
            Assert.That(known.Images[1].Findings[0].Attempts, Is.EqualTo(1), "a build that hasn't brought it");
            Assert.That(known.Images[1].Findings[0].FirstSeen, Is.EqualTo(A.Morning));
            Assert.That(Told(left), Is.EqualTo("False Vulnerable"));
            Assert.That(FixPolicy.NextTry(left), Is.EqualTo(A.Morning + Day), "and another one follows later");
            Assert.That(Told(gone), Is.EqualTo("True NothingFound"));
            Assert.That(FixPolicy.NextTry(gone), Is.Null);
        }
    }

    [Test]
    public void What_was_known_before_there_were_two_platforms_says_since_when()
    {
        var one = Scanned.After(Scanned.Snapshot(), Curl);
        Assert.That(one.Images.Single().Platform, Is.Null);
        var s = Of(one, A.Morning + (2 * Day));
        Assert.That(Told(s), Is.EqualTo("Unknown ScanPending"));
        var known = Scan(s, [Curl], [Curl]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(known.Images.Select(i => i.Platform?.Text), Is.EqualTo(["linux/amd64", Arm]));
            Assert.That(known.Images.SelectMany(i => i.Findings).Select(f => f.FirstSeen), Is.All.EqualTo(A.Morning));
        }
    }

    [Test]
    public void A_platform_of_which_the_build_says_nothing_is_unknown_and_named()
    {
        var build = Publishing(Two(3), 333);
        build = build with { Status = build.Status! with { Platforms = [Part(Platform.LinuxAmd64, 1)] } };
        var s = Of(null, newer: build);
        s = Of(ScanFold.Fold(s, (ScanState.Failed)ScanPolicy.Judge(s), null), newer: build);
        s = Of(Noted(s, ((ScanState.Due)ScanPolicy.Judge(s)).Target), newer: build);
        Assert.That(Told(s), Is.EqualTo("Unknown ContentsUnknown"));
        Assert.That(
            Scanned.Patched(s)!.Message,
            Does.StartWith("What serves can't be scanned: linux/arm64: nobody knows which packages")
        );
    }

    [Test]
    public void However_much_is_found_the_status_stays_small()
    {
        var many = Enumerable.Range(0, 100).Select(i => Curl with { Id = $"CVE-{i}" }).ToArray();
        var next = Publishing(Two(4), 444);
        var s = Of(Both(many, many), newer: next);
        var half = Noted(s, ((ScanState.Due)ScanPolicy.Judge(s)).Target, many);
        var known = Scan(s, many, many, next);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(half.Images, Has.Count.EqualTo(4), "what was known before stays until both are scanned");
            Assert.That(half.Images, Has.Count.LessThanOrEqualTo(2 * VulnerabilitiesStatus.MostImages));
            Assert.That(known.Images.Select(i => i.Findings.Count), Is.EqualTo([20, 20]));
        }
    }
}
