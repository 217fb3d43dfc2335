using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Hosting;

namespace Operator.Tests.Builds.Steps.Scan;

[NonParallelizable]
internal sealed class ReportCommandTests
{
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("report").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task It_waits_for_a_report_that_is_still_being_written()
    {
        var text = ScannerReportTests.Sample("trivy.json");
        var file = Path.Combine(_folder, "scan.json");
        await File.WriteAllTextAsync(file, text[..(text.Length / 2)]);
        var run = RunAsync(
            "--scanner=Trivy",
            $"--file={file}",
            "--wait=60",
            "--ignore-unfixed",
            "--ignore=CVE-2026-1001"
        );
        await File.WriteAllTextAsync(file, text);
        var (code, error) = await run;
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(ScanSummary.TryRead(await File.ReadAllTextAsync(Path.Combine(_folder, "out")), out var summary));
        Assert.That((summary!.Critical, summary.High, summary.Ignored, summary.Unfixed), Is.EqualTo((0, 1, 1, 1)));
    }

    [TestCase(null, "the scanner wrote no report")]
    [TestCase("FATAL no database", "isn't JSON")]
    [TestCase("{\"matches\":[]}", "another form than Trivy's")]
    public async Task Without_a_report_it_says_so_in_one_line(string? text, string problem)
    {
        var file = Path.Combine(_folder, "scan.json");
        if (text is not null)
        {
            await File.WriteAllTextAsync(file, text);
        }

        var (code, error) = await RunAsync("--scanner=Trivy", $"--file={file}");
        Assert.That(code, Is.EqualTo(ReportCommand.NoReport));
        Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1).And.All.Contains(problem));
    }

    private async Task<(int Code, string Error)> RunAsync(params string[] args)
    {
        var (stderr, text) = (Console.Error, new StringWriter());
        Console.SetError(text);
        try
        {
            var code = await CommandLine.RunAsync(
                ["report", .. args, $"--output={Path.Combine(_folder, "out")}"],
                text,
                (_, _) => throw new InvalidOperationException("not the operator")
            );
            return (code, text.ToString());
        }
        finally
        {
            Console.SetError(stderr);
        }
    }
}
