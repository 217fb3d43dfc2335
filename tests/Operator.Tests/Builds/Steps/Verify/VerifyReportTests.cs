using GemmaOperator.Builds.Steps.Verify;
using Operator.Tests.Builds.Steps.Scan;

namespace Operator.Tests.Builds.Steps.Verify;

internal sealed class VerifyReportTests
{
    [TestCase(null, "no report")]
    [TestCase("  ", "no report")]
    [TestCase("Segmentation fault", "isn't JSON")]
    [TestCase("[]", "another form")]
    [TestCase("{\"v\": 2}", "another form")]
    [TestCase("{\"v\": 1, \"digest\": 5}", "another form")]
    [TestCase("{\"v\": 1, \"digest\": \"d\", \"uid\": \"root\"}", "another form")]
    [TestCase("{\"v\": 99999999999}", "another form")]
    public void What_is_no_report_is_named(string? message, string says)
    {
        Assert.That(VerifyReport.TryRead(message, out _, out var problem), Is.False);
        Assert.That(problem, Does.Contain(says));
    }

    [Test]
    public void A_report_that_the_kubelet_cut_is_named()
    {
        var text = ReportExample.Json(r => r["pipCheck"]!.AsArray().Add(new string('x', 5000))).ToJsonString()[..4096];
        Assert.That(VerifyReport.TryRead(text, out _, out var problem), Is.False);
        Assert.That(problem, Does.Contain("4096"));
    }

    [Test]
    public void Every_cut_of_a_report_is_refused_without_an_exception()
    {
        var text = ReportExample.Json().ToJsonString();
        for (var length = 0; length < text.Length; length++)
        {
            Assert.That(VerifyReport.TryRead(text[..length], out _, out _), Is.False, text[..length]);
        }
    }

    [Test]
    public void What_a_report_says_is_cleaned_before_anybody_sees_it()
    {
        var json = ReportExample.Json(r => r["python"] = "3.12\u001b[31m\nevil").ToJsonString();
        Assert.That(VerifyReport.TryRead(json, out var report, out _));
        Assert.That(report!.Python, Is.EqualTo("3.12 evil"));
    }

    [Test]
    public void A_size_that_was_not_taken_is_no_error()
    {
        Assert.That(
            VerifyReport.TryRead(ReportExample.Json(r => r["diskBytes"] = null).ToJsonString(), out var report, out _)
        );
        Assert.That(report!.DiskBytes, Is.Null);
    }
}
