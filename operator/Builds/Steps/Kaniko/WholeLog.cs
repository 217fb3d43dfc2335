using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Holds as much of an executor's log as could be had, in which the step that failed is looked for.</summary>
internal sealed record WholeLog
{
    private WholeLog(string text) => Text = text;

    /// <summary>Gets the text, clean.</summary>
    public string Text { get; }

    public static WholeLog Of(string? log) => new(MaskedLog.Clean(log ?? ""));
}
