using GemmaOperator.Builds.Steps.Kaniko;

namespace Operator.Tests.Builds.Steps.Kaniko;

/// <summary>Hostile 9: to find an instruction costs as much as there is to read, whoever wrote it.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DockerfileStepTests
{
    [Test]
    public void A_line_is_found_through_its_continuations()
    {
        const string Dockerfile = "FROM x\nRUN a\nRUN  pip \\\n    install \\\n  torch\nUSER 1\n";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Last("RUN pip install torch"), Is.EqualTo("line 3: RUN pip install torch"));
            Assert.That(Last("RUN pip uninstall"), Is.EqualTo("RUN pip uninstall"));
            Assert.That(Last("USER 1"), Is.EqualTo("line 6: USER 1"));
        }

        static string? Last(string instruction) => DockerfileStep.Last($"INFO[0001] {instruction}", Dockerfile);
    }

    [TestCase("RUN x \\\n", "RUN x ")]
    [TestCase("RUN \\\n", "")]
    [TestCase("RUN x\n", "RUN x\n")]
    [TestCase("  \\\n", "  ")]
    public void A_long_log_against_a_long_file_costs_no_more_than_both_are_long(string line, string said)
    {
        var dockerfile = string.Concat(Enumerable.Repeat(line, 128 * 1024 / line.Length));
        var log = "INFO[0001] RUN x " + string.Concat(Enumerable.Repeat(said + "RUN x ", 20_000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = DockerfileStep.Last(log, dockerfile);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(64 << 20));
    }
}
