using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>
/// Holds the end of an executor's log: what a failure is read from, and shown with; what earlier steps said means
/// nothing.
/// </summary>
internal sealed record LogTail
{
    private LogTail(string text) => Text = text;

    /// <summary>Gets the last whole lines, at most <see cref="MaskedLog.MaxBytes"/>, clean.</summary>
    public string Text { get; }

    public static LogTail Of(string? log) => new(MaskedLog.Of(log));
}
