using GemmaOperator.Builds.Inputs;

namespace Operator.Tests.Builds.Inputs;

/// <summary>
/// A team's own Dockerfile can't swallow what the operator appends, its user above all, nor make another of it.
/// </summary>
internal sealed class HostileDockerfileTests
{
    private const string Start = "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n";

    [TestCase("RUN <<\"USER 10001:10001\"", "line 3: the heredoc \"USER 10001:10001\" of RUN isn't closed")]
    [TestCase("RUN <<EOF\ntrue", "line 3: the heredoc \"EOF\" of RUN isn't closed")]
    [TestCase("RUN <<EOF\ntrue\nEOF ", "isn't closed")]
    [TestCase("RUN <<EOF\ntrue\n\tEOF", "isn't closed")]
    [TestCase("RUN <<'USER' <<'USER 10001:10001'\nUSER", "the heredoc \"USER 10001:10001\" of RUN isn't closed")]
    [TestCase("RUN 3<<-\"US\"'ER 1'\nUSER", "the heredoc \"USER 1\" of RUN isn't closed")]
    [TestCase("COPY <<\"USER 10001:10001\" /x", "line 3: the heredoc")]
    [TestCase("add \\\n  <<EOF /x", "line 3: the heredoc \"EOF\" of ADD isn't closed")]
    [TestCase("ONBUILD RUN <<\"USER 10001:10001\"", "line 3: the heredoc \"USER 10001:10001\" of ONBUILD isn't closed")]
    [TestCase("RUN <<\"A\\B\"\nAB", "isn't closed", Description = "BuildKit keeps that backslash")]
    [TestCase("RUN <<$X\n$X", "isn't closed", Description = "BuildKit expands the name")]
    [TestCase("RUN cat ${X:-<<EOF}", "line 3: RUN has << beside an open quote or a ${…}")]
    [TestCase("RUN <<A ${X:?}\nRUN <<\"USER 1\"\nA", "line 3: RUN has << beside")]
    [TestCase("RUN <<A \"\nRUN <<\"USER 1\"\nA", "line 3: RUN has << beside")]
    [TestCase("ENV A=b\\\\\nRUN <<X", "line 4: the heredoc \"X\" of RUN isn't closed")]
    [TestCase("RUN true \\", "its last line is continued")]
    [TestCase("RUN true \\ \t\n\n# a comment\n", "its last line is continued")]
    public void What_would_swallow_the_operator_s_lines_is_refused_with_its_line(string end, string says) =>
        Assert.That(Problems(Start + end), Has.One.Contains(says));

    [TestCase("# escape=`\n")]
    [TestCase("#\tescape\t=\t`\n")]
    [TestCase("  # EsCaPe=`\n")]
    [TestCase("# check=skip=all\n# escape=`\n")]
    [TestCase("\uFEFF# syntax=evil.example/frontend\n")]
    public void A_directive_is_refused_however_it_is_written(string directive) =>
        Assert.That(Problems(directive + Start), Has.One.Contains("# syntax= or # escape="));

    [TestCase("ARG BASE_IMAGE\nFROM scratch\nRUN <<EOF\nFROM ${BASE_IMAGE}\nEOF", "no stage is built on BASE_IMAGE")]
    [TestCase("ARG BASE_IMAGE\nFROM scratch\nRUN true \\\n  FROM ${BASE_IMAGE}", "no stage is built on BASE_IMAGE")]
    [TestCase("RUN <<EOF\nARG BASE_IMAGE\nEOF\nFROM ${BASE_IMAGE}", "ARG BASE_IMAGE doesn't stand")]
    public void Text_within_another_instruction_is_no_instruction(string text, string says) =>
        Assert.That(Problems(text), Has.One.Contains(says));

    [TestCase("RUN true\0")]
    [TestCase("RUN true\rUSER 0")]
    [TestCase("RUN true\u2028USER 0")]
    [TestCase("RUN true\u0085USER 0")]
    public void A_control_character_is_refused(string end) =>
        Assert.That(Problems(Start + end), Has.One.Contains("control character"));

    [TestCase("RUN <<EOF\ntrue\nEOF")]
    [TestCase("RUN <<-EOF\n\ttrue\n\tEOF")]
    [TestCase("RUN <<'E O F' sh\ntrue\nE O F")]
    [TestCase("COPY <<A <<B /x/\nUSER 0\nA\nUSER 0\nB")]
    [TestCase("COPY <<EOF ${DIR}/x\nhello\nEOF")]
    [TestCase("RUN echo $((1<<3)) ${HOME:-/root}")]
    [TestCase("RUN sh -c \"cat <<EOF\"")]
    [TestCase("RUN cat <<< word")]
    [TestCase("RUN true # a trailing comment, don't stop")]
    [TestCase("RUN echo \"an open quote")]
    [TestCase("RUN echo a \\\n# a comment \\\n  b")]
    [TestCase("USER 0:0\nONBUILD USER 0\nSHELL [\"/bin/bash\", \"-c\"]")]
    [TestCase("FROM busybox\nUSER 0")]
    [TestCase("RUN echo \\\\\nRUN true")]
    [TestCase("RUN true\r\nUSER 0\r\n# the end \\")]
    public void What_leaves_them_alone_is_taken_and_they_come_last(string end)
    {
        var text = DockerfileText.Parse(Start + end, "f");
        Assert.That(text.Problems, Is.Empty);
        var build = BuildExamples.Build(BuildExamples.Spec, Start + end);
        var read = DockerfileInstruction.ReadAll(build.Spec!.Resolved.Dockerfile).ToList();
        Assert.That(read[^1], Is.EqualTo(read[^1] with { Name = "USER", Arguments = "10001:10001", Open = null }));
    }

    private static IEnumerable<string> Problems(string text) =>
        DockerfileText.Parse(text, "f").Problems.Select(p => p.ToString()!);
}
