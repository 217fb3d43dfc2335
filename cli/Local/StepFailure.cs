using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps.Kaniko;
using KubectlGemma.Local.Engines;
using KubectlGemma.Output;

namespace KubectlGemma.Local;

/// <summary>Says in one line why a build failed: of pip and apt as the operator would.</summary>
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
            LogTail.Of(Own(said)),
            WholeLog.Of(said),
            new FailedLog.Given(resolved.Dockerfile, RequirementOrigin.Of(resolved))
        );
        var full = LogDiagnosis.FullDisk(log);
        var known = PipDiagnosis.Diagnose(log) ?? AptDiagnosis.Diagnose(log);
        // The engine repeats all of the command; its exit code says as much.
        var why =
            full is not null ? $"the engine's disk is full: {EngineFailure.Tidy(full)}"
            : known is not null ? known.Failure.Message
            : failed.ExitCode is { } code
                ? string.Create(CultureInfo.InvariantCulture, $"it ended with exit code {code}{Cause(log)}")
            : EngineFailure.Tidy(failed.Message);
        return new CliException(
            ExitCode.Failed,
            $"the build failed{(place is null ? "" : $" in {place}")}: {why}{(foreign is null ? "" : $"; {foreign}")}"
        );
    }

    private static string Cause(FailedLog log) =>
        StepDiagnosis.Cause(log) is { } cause ? $": {EngineFailure.Tidy(cause)}" : "";

    /// <summary>Leaves out what the operator's own steps and the builder say about themselves.</summary>
    private static string Own(string said) =>
        string.Join(
            '\n',
            said.Split('\n')
                .Where(line =>
                    !line.StartsWith($"{RunStepName.Marker} ", StringComparison.Ordinal)
                    && !line.StartsWith("Removing intermediate container ", StringComparison.Ordinal)
                )
        );
}
