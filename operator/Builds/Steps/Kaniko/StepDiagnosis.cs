using System.Text.RegularExpressions;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Reads which step of a Dockerfile failed, and what it said first that reads as a cause.</summary>
internal static partial class StepDiagnosis
{
    private const int MostOfCause = 400;

    public static ClassifiedFailure? Diagnose(FailedLog log)
    {
        if (log.Last(StepError()) is not { } line)
        {
            return null;
        }

        if (CudaDiagnosis.Diagnose(log) is { } cuda)
        {
            return cuda;
        }

        var step = DockerfileStep.Last(log.Whole.Text, log.Resolved.Dockerfile);
        var markers = log.Text.Split('\n').Where(said => Marker().IsMatch(said)).ToList();
        var cause = markers.Count > 0 ? null : Cause(log);
        return log.Failed(
            FailureReason.DockerfileStepFailed,
            string.Join(": ", [.. Given(step), .. Given(cause), .. markers, line])
        );
    }

    /// <summary>
    /// Returns the first error, which is nearest to the cause: what follows it, up to the executor's own last line, is
    /// mostly that something else couldn't go on.
    /// </summary>
    public static string? Cause(FailedLog log)
    {
        var said = log
            .StepOutput.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && !Executor().IsMatch(line) && !StepError().IsMatch(line))
            .ToList();
        return (said.Find(line => Error().IsMatch(line)) ?? said.LastOrDefault()) is { } cause
            ? Truncation.Shorten(cause, MostOfCause)
            : null;
    }

    private static string[] Given(string? text) => text is null ? [] : [text];

    private const RegexOptions Options =
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase;

    [GeneratedRegex(
        @"failed to execute command|error building stage|parse error|parsing dockerfile|dockerfile "
            + @"parse|resolving src|error building image|error resolving dockerfile",
        Options
    )]
    private static partial Regex StepError();

    [GeneratedRegex("^gemma-operator: ", Options)]
    private static partial Regex Marker();

    /// <summary>Matches the executor's own lines (logrus).</summary>
    [GeneratedRegex(@"^time=""|^(INFO|WARN|DEBU|ERRO)\[", Options)]
    private static partial Regex Executor();

    /// <summary>Compilers, shells, Python, npm, make: each has its own way to say it.</summary>
    [GeneratedRegex(
        @"(^|[\s:])(fatal|fatal error|error|E|err!)(\[[^\]]*\])?: |^(ERROR|FATAL|FAILED)\b|^npm (ERR!|error) |"
            + @"^[A-Za-z_.]+(Error|Exception)(: |$)|: (command )?not found$|No such file or directory|Permission "
            + @"denied|undefined reference to|No space left on device|cannot (access|stat|open|find|create)"
            + @"|can't (open|cd|find|create|stat)",
        Options
    )]
    private static partial Regex Error();
}
