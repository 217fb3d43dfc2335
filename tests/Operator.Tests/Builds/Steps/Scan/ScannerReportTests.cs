using System.Text;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Scan;

namespace Operator.Tests.Builds.Steps.Scan;

/// <summary>Reports in the three tools' documented forms.</summary>
internal sealed class ScannerReportTests
{
    [TestCase(
        ScannerKind.Trivy,
        "trivy.json",
        "Critical CVE-2026-1001 openssl 3.0.2-0ubuntu1.15>3.0.2-0ubuntu1.18|High CVE-2026-3003 setuptools "
            + "65.5.0>70.0.0, 78.1.1|Unknown CVE-2026-4004 numpy 1.26.0>1.26.4",
        1
    )]
    [TestCase(
        ScannerKind.Grype,
        "grype.json",
        "Critical CVE-2026-1001 openssl 3.0.2-0ubuntu1.15>3.0.2-0ubuntu1.18|High "
            + "GHSA-aaaa-bbbb-cccc setuptools 65.5.0>70.0.0",
        1
    )]
    [TestCase(
        ScannerKind.OSVScanner,
        "osv.json",
        "Critical UBUNTU-CVE-2026-1001 openssl 3.0.2-0ubuntu1.15>3.0.2-0ubuntu1.18|High "
            + "GHSA-aaaa-bbbb-cccc setuptools 65.5.0>70.0.0",
        1
    )]
    public void A_report_is_reduced_to_its_worst_findings_each_told_once(
        ScannerKind scanner,
        string file,
        string worst,
        int unfixed
    )
    {
        var summary = ScanSummary.Of(ScannerReport.Read(scanner, Sample(file)), [], ignoreUnfixed: true);
        Assert.That(
            string.Join('|', summary.Worst.Select(f => $"{f.Severity} {f.Id} {f.Package} {f.Installed}>{f.Fixed}")),
            Is.EqualTo(worst)
        );
        Assert.That(summary.Unfixed, Is.EqualTo(unfixed));
        Assert.That((summary.Critical, summary.High, summary.Low), Is.EqualTo((1, 1, 0)));
    }

    [TestCase(ScannerKind.Trivy, "trivy.json")]
    [TestCase(ScannerKind.Grype, "grype.json")]
    [TestCase(ScannerKind.OSVScanner, "osv.json")]
    public void An_exception_covers_a_finding_by_any_of_its_names(ScannerKind scanner, string file)
    {
        var summary = ScanSummary.Of(
            ScannerReport.Read(scanner, Sample(file)),
            ["cve-2026-3003"],
            ignoreUnfixed: false
        );
        Assert.That((summary.Ignored, summary.High, summary.Low, summary.Unfixed), Is.EqualTo((1, 0, 1, 0)));
    }

    [Test]
    public void Warnings_before_the_report_are_passed_over() =>
        Assert.That(
            ScannerReport.Read(
                ScannerKind.Trivy,
                "2026-11-20T10:11:12Z\tWARN\t[db] {old} database\nanother line\n" + Sample("trivy.json")
            ),
            Has.Count.EqualTo(5)
        );

    [Test]
    public void A_warning_that_is_JSON_itself_is_passed_over() =>
        Assert.That(
            ScannerReport.Read(
                ScannerKind.Grype,
                "{\"level\":\"warning\",\"msg\":\"old database\"}\n{not even JSON}\n" + Sample("grype.json")
            ),
            Has.Count.EqualTo(ScannerReport.Read(ScannerKind.Grype, Sample("grype.json")).Count)
        );

    [Test]
    public void A_finding_that_is_told_twice_is_no_error()
    {
        const string Twice = """
            {"results":[{"packages":[{"package":{"name":"p","version":"1"},"vulnerabilities":[{"id":"A"},{"id":"A"}],"groups":[{"ids":["A"],"aliases":[],"max_severity":"9.8"}]}]}]}
            """;
        Assert.That(
            ScannerReport.Read(ScannerKind.OSVScanner, Twice).Select(f => f.Severity),
            Is.EqualTo(new[] { Severity.Critical })
        );
    }

    [TestCase(
        ScannerKind.OSVScanner,
        """{"results":[{"packages":[{"package":{"name":"p"},"groups":[{"ids":[]}]}]}]}""",
        "another form"
    )]
    [TestCase(ScannerKind.Trivy, "", "isn't JSON")]
    [TestCase(ScannerKind.Trivy, "Error: no space left on device", "isn't JSON")]
    [TestCase(ScannerKind.Trivy, """{"SchemaVersion":2,"Results":[{"Vulnera""", "isn't JSON")]
    [TestCase(ScannerKind.Trivy, """{"SchemaVersion":1,"Results":[]}""", "SchemaVersion")]
    [TestCase(ScannerKind.Trivy, """{"matches":[]}""", "another form than Trivy's")]
    [TestCase(ScannerKind.Grype, """{"SchemaVersion":2}""", "another form than Grype's")]
    [TestCase(ScannerKind.Grype, """{"matches":{"a":1}}""", "no list")]
    [TestCase(ScannerKind.Grype, """[]""", "another form")]
    [TestCase(ScannerKind.OSVScanner, """{"results":"none"}""", "no list")]
    public void What_is_no_report_is_said_to_be_none(ScannerKind scanner, string text, string problem) =>
        Assert.That(
            () => ScannerReport.Read(scanner, text),
            Throws.TypeOf<FormatException>().With.Message.Contains(problem)
        );

    [TestCase(ScannerKind.Trivy, """{"SchemaVersion":2,"ArtifactName":"scratch"}""")]
    [TestCase(ScannerKind.Grype, """{"matches":[]}""")]
    [TestCase(ScannerKind.OSVScanner, """{"results":null}""")]
    public void A_clean_image_has_no_findings(ScannerKind scanner, string text) =>
        Assert.That(ScannerReport.Read(scanner, text), Is.Empty);

    [Test]
    public void However_much_is_found_the_summary_fits_and_reads_back()
    {
        var findings = Enumerable
            .Range(0, 5000)
            .Select(i => new Finding(
                $"CVE-2026-{i:D5}-{new string('ü', 300)}",
                [],
                Severity.Critical,
                new string('"', 400),
                "1\n2",
                "9"
            ));
        var text = ScanSummary.Write(ScanSummary.Of(findings, [], ignoreUnfixed: true));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Encoding.UTF8.GetByteCount(text), Is.LessThanOrEqualTo(ScanSummary.MaxBytes));
            Assert.That(ScanSummary.TryRead(text, out var read), Is.True);
            Assert.That(read!.Critical, Is.EqualTo(5000));
            Assert.That(read.Worst, Is.Not.Empty);
            Assert.That(ScanSummary.TryRead(text[..100], out _), Is.False, "cut");
            Assert.That(ScanSummary.TryRead("not json", out _), Is.False);
        }
    }

    [TestCase(SeverityThreshold.Critical, false)]
    [TestCase(SeverityThreshold.High, true)]
    [TestCase(SeverityThreshold.Medium, true)]
    [TestCase(SeverityThreshold.Low, true)]
    [TestCase(SeverityThreshold.Never, false)]
    public void A_threshold_counts_what_is_as_bad_or_worse(SeverityThreshold failOn, bool isRejected)
    {
        var found = new ScanStatus
        {
            High = 1,
            Worst =
            [
                new ScanFinding
                {
                    Id = "CVE-1",
                    Severity = "High",
                    Package = "p",
                    Installed = "1",
                    Fixed = "2",
                },
            ],
        };
        var failure = ScanVerdict.Judge(new ScanSpec { FailOn = failOn }, found);
        Assert.That(failure?.Reason.Name, Is.EqualTo(isRejected ? "VulnerabilitiesFound" : null));
        if (isRejected)
        {
            Assert.That(failure!.Failure.Message, Does.Contain("1 high").And.Contain("CVE-1 in p 1 (fixed in 2)"));
        }
    }

    internal static string Sample(string file) =>
        File.ReadAllText(
            Path.Combine(Golden.Root(), "tests", "Operator.Tests", "Builds", "Steps", "Scan", "scanners", file)
        );
}
