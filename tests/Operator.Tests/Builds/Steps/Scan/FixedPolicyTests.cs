using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Steps.Scan;

namespace Operator.Tests.Builds.Steps.Scan;

/// <summary>What is counted as fixed is gone for certain.</summary>
internal sealed class FixedPolicyTests
{
    private static readonly ScanStatus Before = Scan(
        ("CVE-1", "Critical", "openssl"),
        ("CVE-2", "High", "urllib3"),
        ("CVE-2", "High", "urllib3-vendored"),
        ("CVE-3", "Medium", "curl"),
        ("CVE-4", "Low", "tar"),
        ("CVE-5", "Strange", "tar")
    );

    [Test]
    public void What_isnt_found_any_more_is_fixed_by_advisory_and_package()
    {
        var gone = FixedPolicy.Count(
            Before,
            Scan(("CVE-2", "High", "urllib3-vendored"), ("CVE-9", "Low", "new")),
            new()
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                gone,
                Is.EqualTo(
                    new FixedFindings
                    {
                        Critical = 1,
                        High = 1,
                        Medium = 1,
                        Low = 2,
                    }
                )
            );
            Assert.That(FixedText.Render(gone), Is.EqualTo("; fixed: 1 critical, 1 high, 1 medium, 2 low"));
        }
    }

    [Test]
    public void What_a_scan_has_no_room_to_name_isnt_counted()
    {
        var now = Scan(("CVE-8", "High", "a"), ("CVE-9", "Medium", "b")) with { Medium = 40 };
        Assert.That(
            FixedPolicy.Count(Before, now, new()),
            Is.EqualTo(new FixedFindings { Critical = 1, High = 2 }),
            "curl may be among those that aren't named"
        );
    }

    [Test]
    public void What_is_accepted_by_now_isnt_fixed()
    {
        var asked = new ScanSpec { Ignore = [new IgnoredVulnerability { Id = "cve-1", Reason = "not reachable" }] };
        Assert.That(FixedPolicy.Count(Before, Scan(), asked)!.Critical, Is.Zero);
    }

    [Test]
    public void What_has_no_fix_isnt_fixed_by_leaving_it_out() =>
        Assert.That(
            FixedPolicy.Count(
                Before with
                {
                    Worst = [.. Before.Worst.Select(f => f with { Fixed = "" })],
                },
                Scan(),
                new ScanSpec { IgnoreUnfixed = true }
            ),
            Is.EqualTo(new FixedFindings())
        );

    [Test]
    public void Without_two_scans_nothing_is_known()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(FixedPolicy.Count(null, Scan(), new()), Is.Null);
            Assert.That(FixedPolicy.Count(Before with { Error = "no database" }, Scan(), new()), Is.Null);
            Assert.That(FixedPolicy.Count(Before, new ScanStatus { Error = "no database" }, new()), Is.Null);
            Assert.That(FixedText.Render(null), Is.Empty);
        }
    }

    private static ScanStatus Scan(params (string Id, string Severity, string Package)[] found) =>
        new()
        {
            Critical = found.Count(f => f.Severity == "Critical"),
            High = found.Count(f => f.Severity == "High"),
            Medium = found.Count(f => f.Severity == "Medium"),
            Low = found.Count(f => f.Severity is "Low" or "Strange"),
            Worst =
            [
                .. found.Select(f => new ScanFinding
                {
                    Id = f.Id,
                    Severity = f.Severity,
                    Package = f.Package,
                    Fixed = "2",
                }),
            ],
        };
}
