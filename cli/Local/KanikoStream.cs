using System.Text.RegularExpressions;
using GemmaOperator.Builds.Inputs;

namespace KubectlGemma.Local;

/// <summary>
/// Reads Kaniko's log, which tells each instruction as it begins (pkg/executor/build.go). An instruction counts only as
/// one of those still to come, and nothing but what is shown depends on it.
/// </summary>
/// <param name="dockerfile">What is built.</param>
internal sealed partial class KanikoStream(string dockerfile)
{
    private readonly List<DockerfileInstruction> _instructions = [.. DockerfileInstruction.ReadAll(dockerfile)];
    private int _next;

    public IEnumerable<BuildEvent> Read(string line)
    {
        if (Told().Match(line) is { Success: true } told)
        {
            var name = told.Groups["name"].Value;
            var at = _instructions.FindIndex(_next, i => i.Name == name);
            if (at >= 0)
            {
                _next = at + 1;
                yield return new BuildEvent.Began(at + 1);
            }
        }

        yield return new BuildEvent.Said(line);
    }

    [GeneratedRegex(
        @"\A(time=""[^""]*"" level=info msg=""|INFO\[[0-9]+\] )(?<name>RUN|COPY|ADD|WORKDIR|USER|ENV|LABEL|ARG) ",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Told();
}
