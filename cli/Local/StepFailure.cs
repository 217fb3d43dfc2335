using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Text;
using KubectlGemma.Local.Engines;
using KubectlGemma.Output;

namespace KubectlGemma.Local;

/// <summary>Says in one line why a build failed: as the operator would of pip and apt, else by what was said last.</summary>
internal static class StepFailure
{
    /// <param name="resolved">What was built.</param>
    /// <param name="place">The step that failed; null where none had begun.</param>
    /// <param name="failed">What the engine says of it.</param>
    /// <param name="said">What the step has written.</param>
    /// <param name="foreign">A hint where the engine has another platform; null where it hasn't.</param>
    public static CliException Of(
        ResolvedInputs resolved,
        string? place,
        BuildEvent.Failed failed,
        string said,
        string? foreign
    )
    {
        var log = new FailedLog(
            LogTail.Of(said),
            WholeLog.Of(said),
            new FailedLog.Given(resolved.Dockerfile, RequirementOrigin.Of(resolved))
        );
        var known = PipDiagnosis.Diagnose(log) ?? AptDiagnosis.Diagnose(log);
        // The engine repeats all of the command; its exit code says as much.
        var why =
            known?.Failure.Message
            ?? (
                failed.ExitCode is { } code
                    ? string.Create(CultureInfo.InvariantCulture, $"it ended with exit code {code}{Last(said)}")
                    : EngineFailure.Tidy(failed.Message)
            );
        return new CliException(
            ExitCode.Failed,
            $"the build failed{(place is null ? "" : $" in {place}")}: {why}{(foreign is null ? "" : $"; {foreign}")}"
        );
    }

    private static string Last(string said) =>
        MaskedLog
            .Clean(said)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault(line =>
                !line.StartsWith("gemma-operator: step ", StringComparison.Ordinal)
                && !line.StartsWith("Removing intermediate container", StringComparison.Ordinal)
            )
            is { } last
            ? $": {EngineFailure.Tidy(last)}"
            : "";
}
