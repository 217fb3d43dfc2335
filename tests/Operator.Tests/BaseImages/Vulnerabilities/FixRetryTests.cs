using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.Builds.Inputs;

namespace Operator.Tests.BaseImages.Vulnerabilities;

/// <summary>Where fixes meet failures, exceptions and what has no fix.</summary>
internal sealed class FixRetryTests
{
    [Test]
    public void A_fix_that_is_found_while_a_retry_waits_comes_with_it_and_not_from_the_cache()
    {
        var failed = Failed(2, A.Morning);
        var s = Scanned.Snapshot(null, A.Morning.AddMinutes(3), Guarded, failed);
        var known = Scanned.After(s, Scanned.OpenSsl);
        Assert.That(Scanned.Build(Scanned.Snapshot(known, A.Morning.AddMinutes(4), Guarded, failed)), Is.Null);
        var build = Scanned.Build(Scanned.Snapshot(known, A.Morning.AddMinutes(10), Guarded, failed))!;
        Assert.That(build.Spec!.Reasons.Select(r => r.Value), Does.Contain(BuildReason.VulnerabilityFix));
        Assert.That(build.Spec.Resolved.CacheEpoch, Does.EndWith("-b3"));
    }

    [Test]
    public void What_repeats_a_failed_attempt_uses_up_no_other()
    {
        var finding = new KnownVulnerability { Id = "CVE-1", LastBuild = 1 };
        GemmaBuild[] builds =
        [
            Failed(4, A.Morning, retry: 2, BuildReason.VulnerabilityFix),
            Failed(3, A.Morning, retry: 1, BuildReason.VulnerabilityFix),
            Failed(2, A.Morning, retry: 0, BuildReason.VulnerabilityFix),
        ];
        Assert.That(FixPolicy.Counting(finding, builds).Attempts, Is.EqualTo(1));
        Assert.That(
            FixPolicy.Counting(finding, [builds[0], builds[1], Failed(2, A.Morning)]).Attempts,
            Is.EqualTo(1),
            "the retry that named it first is one"
        );
    }

    [TestCase(null, true)]
    [TestCase(1, true)]
    [TestCase(-1, false)]
    public void What_is_accepted_counts_no_more_at_once_and_again_when_that_is_over(int? days, bool isAccepted)
    {
        var known = Scanned.After(Scanned.Snapshot(), Scanned.OpenSsl);
        var s = Scanned.Snapshot(known, change: spec => Accepting(spec, days));
        Assert.That(FixPolicy.Due(s), Has.Count.EqualTo(isAccepted ? 0 : 1));
        Assert.That(Scanned.Patched(s)!.Status, Is.EqualTo(isAccepted ? "True" : "False"));
    }

    [Test]
    public void What_has_no_fix_counts_where_asked_and_builds_nothing()
    {
        var found = Scanned.OpenSsl with { Fixed = "" };
        var s = Scanned.Snapshot(
            Scanned.After(Scanned.Snapshot(), found),
            change: spec => With(spec, new VulnerabilityTrigger { FixableOnly = false })
        );
        Assert.That(FixPolicy.Due(s), Is.Empty);
        Assert.That(Scanned.Patched(s)!.Message, Does.Contain("None of them has a fix yet"));
    }

    [TestCase("High", "low", "Low")]
    [TestCase("High", "medium", "Medium")]
    [TestCase("Critical", "high", "High")]
    [TestCase("Low", "low", null)]
    [TestCase("Critical", "critical", null)]
    public void A_bound_for_what_does_not_count_is_refused(string severity, string field, string? needed)
    {
        var sla = field switch
        {
            "low" => new SlaSpec { Low = "72h" },
            "medium" => new SlaSpec { Medium = "72h" },
            "high" => new SlaSpec { High = "72h" },
            _ => new SlaSpec { Critical = "72h" },
        };
        var spec = Scanned.Snapshot().Spec with { Sla = sla };
        spec = With(spec, new VulnerabilityTrigger { Severity = WireEnum<VulnerabilitySeverity>.Read(severity) });
        var problems = SpecCheck.Of(Scanned.Snapshot().Image with { Spec = spec }).Select(p => p.ToString()).ToList();
        Assert.That(
            problems.Count(p => p!.Contains($"spec.sla.{field}") && p.Contains($"lower that to {needed}")),
            Is.EqualTo(needed is null ? 0 : 1),
            string.Join('\n', problems)
        );
        Assert.That(problems, Has.Count.EqualTo(needed is null ? 0 : 1), string.Join('\n', problems));
    }

    private static GemmaBaseImageSpec Guarded(GemmaBaseImageSpec spec) =>
        spec with
        {
            Triggers = spec.Triggers with { MinInterval = "30m" },
        };

    private static GemmaBaseImageSpec With(GemmaBaseImageSpec spec, VulnerabilityTrigger trigger) =>
        spec with
        {
            Triggers = spec.Triggers with { Vulnerabilities = trigger },
        };

    private static GemmaBaseImageSpec Accepting(GemmaBaseImageSpec spec, int? days) =>
        spec with
        {
            Verification = spec.Verification with
            {
                Scan = spec.Verification.Scan with
                {
                    Ignore =
                    [
                        new IgnoredVulnerability
                        {
                            Id = Scanned.OpenSsl.Id,
                            Reason = "not reached",
                            Expires = days is { } from ? A.Morning.AddDays(from) : null,
                        },
                    ],
                },
            },
        };

    private static GemmaBuild Failed(long number, DateTime at, int retry = 0, params BuildReason[] reasons)
    {
        var build = A.Build(number, created: at);
        if (retry > 0)
        {
            build.Metadata.Annotations = new Dictionary<string, string> { [ApiGroup.RetryAnnotation] = $"{retry}" };
        }

        return build with
        {
            Spec = build.Spec! with
            {
                Reasons = reasons.Length > 0 ? [.. reasons.Select(WireEnum<BuildReason>.From)] : build.Spec.Reasons,
            },
            Status = new GemmaBuildStatus
            {
                Conditions = [A.Condition("Succeeded", "False", "PushFailed")],
                CompletionTime = at.AddMinutes(2),
                Failure = new BuildFailure { Reason = "PushFailed", Kind = FailureKind.Transient },
            },
        };
    }
}
