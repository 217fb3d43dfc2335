using GemmaOperator.Builds.Inputs;

namespace Operator.Tests.Builds.Inputs;

/// <summary>A Dockerfile copies only what its context holds; what can't be told is left to the build.</summary>
internal sealed class DockerfileSourcesTests
{
    [TestCase("COPY requirements.txt /opt/")]
    [TestCase("COPY ./requirements.txt /opt/")]
    [TestCase("COPY . /opt/")]
    [TestCase("ADD / /opt/")]
    [TestCase("COPY --chown=10001:10001 --chmod=0644 requirements.txt /opt/")]
    [TestCase("COPY [\"requirements.txt\", \"/opt/with space/\"]")]
    [TestCase("COPY \"requirements.txt\" '/opt/with space/'")]
    [TestCase("COPY --from=builder /app /app")]
    [TestCase("COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /uvx /bin/")]
    [TestCase("ADD https://example.com/model.bin /models/")]
    [TestCase("ADD git@github.com:team/repo.git /src")]
    [TestCase("COPY req*.txt /opt/")]
    [TestCase("COPY requirements.tx[a-z] /opt/")]
    [TestCase("COPY *.lock requirements.txt /opt/", Description = "a pattern may match nothing beside another source")]
    [TestCase("COPY ${FILE} /opt/")]
    [TestCase("COPY <<EOF /opt/config\nCOPY server.py /app\nEOF")]
    [TestCase("COPY <<-'ONE' <<\"TWO\" /opt/\nADD a /b\n\tONE\nCOPY c /d\nTWO")]
    [TestCase("RUN cat <<EOF > /x\nCOPY server.py /app\nEOF")]
    [TestCase("RUN echo a \\\n# COPY b /c\n\n  && echo COPY server.py /app")]
    [TestCase("# COPY server.py /app")]
    [TestCase("ONBUILD COPY server.py /app")]
    [TestCase("copy --link \\\n  requirements.txt \\\n  /opt/")]
    public void What_is_there_or_comes_from_elsewhere_is_taken(string instruction) =>
        Assert.That(Problems(instruction), Is.Empty);

    [TestCase("COPY server.py /app/", 3, "COPY", "server.py")]
    [TestCase("add model.tar.gz /models/", 3, "ADD", "model.tar.gz")]
    [TestCase("COPY requirements.txt src /app/", 3, "COPY", "src")]
    [TestCase("COPY Requirements.txt /app/", 3, "COPY", "Requirements.txt")]
    [TestCase("COPY requirements.txt.bak /app/", 3, "COPY", "requirements.txt.bak")]
    [TestCase("COPY src/*.py /app/", 3, "COPY", "src/*.py")]
    [TestCase("COPY *.py /app/", 3, "COPY", "*.py")]
    [TestCase("COPY [\"my file\", \"/app/\"]", 3, "COPY", "my file")]
    [TestCase("COPY ../server.py /app/", 3, "COPY", "../server.py")]
    [TestCase("COPY --chown=1:1 server.py /app/", 3, "COPY", "server.py")]
    [TestCase("RUN true\nCOPY \\\n  requirements.txt \\\n  # why\n  server.py /app/", 4, "COPY", "server.py")]
    [TestCase("COPY <<EOF /x\nhello\nEOF\nCOPY server.py /app/", 6, "COPY", "server.py")]
    [TestCase("RUN <<EOF\nEOF \nEOF\nCOPY server.py /app/", 6, "COPY", "server.py")]
    public void What_is_not_there_is_named_with_its_line(string text, int line, string name, string source) =>
        Assert.That(
            Problems(text),
            Is.EqualTo(
                new[]
                {
                    $"spec.dockerfile.configMapRef own: line {line}: {name} \"{source}\": the build context has no "
                        + "such file, it holds Dockerfile and requirements.txt; take it from elsewhere "
                        + "(COPY --from=<image>, ADD https://…, a heredoc, RUN) or from spec.requirements",
                }
            )
        );

    [TestCase("COPY")]
    [TestCase("COPY --from")]
    [TestCase("COPY []")]
    [TestCase("COPY [")]
    [TestCase("COPY [\"a\"")]
    [TestCase("COPY [z-a] /x")]
    [TestCase("COPY \"")]
    [TestCase("RUN <<EOF")]
    [TestCase("COPY <<EOF /x \\")]
    public void What_is_no_instruction_is_the_builds_to_say_and_no_crash(string text) =>
        Assert.That(() => Problems(text + "\n"), Throws.Nothing);

    private static IEnumerable<string> Problems(string instructions) =>
        DockerfileText
            .Parse(
                $"ARG BASE_IMAGE\nFROM ${{BASE_IMAGE}} AS base\n{instructions}\nUSER 10001:10001\n",
                "spec.dockerfile.configMapRef own"
            )
            .Problems.Select(p => p.ToString());
}
