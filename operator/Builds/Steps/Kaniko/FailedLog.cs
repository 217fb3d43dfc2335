using System.Text.RegularExpressions;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Holds what an executor that failed has said, and what it was given.</summary>
/// <param name="Tail">What the failure is read from.</param>
/// <param name="Whole">What its step, and what that said first, is looked for in.</param>
/// <param name="Resolved">Its Dockerfile and requirements.</param>
internal sealed record FailedLog(LogTail Tail, WholeLog Whole, FailedLog.Given Resolved)
{
    /// <summary>Holds what an executor was given.</summary>
    /// <param name="Dockerfile">Its text, to name a line; may be empty.</param>
    /// <param name="Requirements">Where the lines of its requirements come from.</param>
    /// <param name="UploadedBefore">When packages must have been in their index; null: no matter when.</param>
    internal sealed record Given(string Dockerfile, RequirementOrigin Requirements, DateTime? UploadedBefore = null);

    public string Text => Tail.Text;

    /// <summary>
    /// Gets what the last command said, from its beginning as far as that could be had: the executor tells of each
    /// command before it runs it (pkg/commands/run.go).
    /// </summary>
    public string StepOutput
    {
        get
        {
            var start = Math.Max(
                Whole.Text.LastIndexOf("Running: [", StringComparison.Ordinal),
                Whole.Text.LastIndexOf("msg=\"RUN ", StringComparison.Ordinal)
            );
            var end = start < 0 ? -1 : Whole.Text.IndexOf('\n', start);
            return end < 0 ? Tail.Text : Whole.Text[(end + 1)..];
        }
    }

    /// <summary>
    /// Tells whether a step of ours said that it failed. At a line's beginning: the executor also prints each step's
    /// text, and with it what the step would say.
    /// </summary>
    public bool HasFailed(string step) =>
        Text.Split('\n')
            .Any(line =>
                line.StartsWith($"{RunStepName.Marker} {step} failed with exit status ", StringComparison.Ordinal)
            );

    /// <summary>Returns the last line that fits: the end of a log is nearest to the cause.</summary>
    public string? Last(Regex pattern) => Text.Split('\n').LastOrDefault(line => pattern.IsMatch(line))?.Trim();

    public string? First(Regex pattern) => First(Text, pattern);

    /// <summary>Returns the first line of the last command's that fits.</summary>
    public string? FirstOfStep(Regex pattern) => First(StepOutput, pattern);

    public ClassifiedFailure Failed(
        FailureReason reason,
        string detail,
        bool? isTransient = null,
        string? remedy = null
    ) => ClassifiedFailure.Of(reason, detail, KanikoJob.Container, Text, isTransient, remedy);

    private static string? First(string text, Regex pattern) =>
        text.Split('\n').FirstOrDefault(line => pattern.IsMatch(line))?.Trim();
}
