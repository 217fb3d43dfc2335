using GemmaOperator.BaseImages.Workloads;

namespace Operator.Tests.BaseImages.Weights;

internal sealed class FetchReportTests
{
    [Test]
    public void The_last_word_counts_whatever_comes_before_it() =>
        Assert.That(
            FetchReport.ReadEnd(
                """
                {"bytes":1,"totalBytes":9,"files":0,"totalFiles":2}
                {"error":{"reason":"DiskFull","message":"9 GB are needed, 4 GB are free","retry":false}}
                """
            ),
            Is.EqualTo(new FetchReport.Failed("DiskFull", "9 GB are needed, 4 GB are free", MayPass: false))
        );

    [TestCase(null)]
    [TestCase("")]
    [TestCase("Killed")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("""{"bytes":"many","source":"x"}""")]
    [TestCase("""{"error":"none"}""")]
    [TestCase("""{"error":{"reason":"NotFound"}}""")]
    public void What_isn_t_the_command_s_word_says_nothing(string? message) =>
        Assert.That(FetchReport.ReadEnd(message), Is.Null);

    [Test]
    public void A_reason_is_a_word_and_a_message_one_line()
    {
        var report = (FetchReport.Failed)
            FetchReport.ReadEnd("""{"error":{"reason":"<script>","message":"a\u001b[31m\nb","retry":"yes"}}""")!;
        Assert.Multiple(() =>
        {
            Assert.That(report.Reason, Is.EqualTo("Failed"));
            Assert.That(report.Message, Does.Not.Contain("\u001b").And.Not.Contain("\n"));
            Assert.That(report.MayPass, Is.False);
        });
    }

    [Test]
    public void The_newest_progress_of_a_log_is_read() =>
        Assert.That(
            FetchReport.ReadProgress("{\"bytes\":1,\"totalBytes\":9}\nhello\n{\"bytes\":5,\"totalBytes\":9}\n{\"by"),
            Is.EqualTo(new FetchReport.Progress(5, 9))
        );
}
