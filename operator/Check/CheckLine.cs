using GemmaOperator.Runtime.Text;

namespace GemmaOperator.Check;

/// <summary>Holds one line of the report.</summary>
/// <param name="Status">How it stands.</param>
/// <param name="Check">What was looked at, for example <c>API server</c>.</param>
/// <param name="What">What was found.</param>
/// <param name="Remedy">What to do about it; empty for what is well.</param>
internal sealed record CheckLine(CheckStatus Status, string Check, string What, string Remedy = "")
{
    public string What { get; init; } = VisibleText.Line(What);

    public string Remedy { get; init; } = VisibleText.Line(Remedy);

    public static CheckLine Ok(string check, string what) => new(CheckStatus.Ok, check, what);

    public static CheckLine Warn(string check, string what, string remedy) =>
        new(CheckStatus.Warn, check, what, remedy);

    public static CheckLine Fail(string check, string what, string remedy) =>
        new(CheckStatus.Fail, check, what, remedy);
}
