using System.Globalization;
using System.Text.RegularExpressions;
using GemmaOperator.Dashboard.Facts;
using GemmaOperator.Dashboard.Markup;
using GemmaOperator.Text;

namespace GemmaOperator.Dashboard.Pages;

/// <summary>Renders the small things that all pages are made of: states, times, sentences with code in them.</summary>
internal static partial class Words
{
    /// <summary>
    /// Renders a state as a word with its colour, and the reason beside it; a dash where there is none.
    /// </summary>
    public static Html Of(State state) =>
        state.Word.Length == 0 ? Html.Of($"""<span class="none">–</span>""")
        : state.Reason.Length == 0 ? Badge(state.Level, state.Word)
        : Html.Of($"""{Badge(state.Level, state.Word)} <span class="why">{state.Reason}</span>""");

    public static Html Badge(Level level, string word) =>
        Html.Of($"""<span class="state {Class(level)}">{word}</span>""");

    public static Html Text(string? text) =>
        text is { Length: > 0 } ? Html.Text(text) : Html.Of($"""<span class="none">–</span>""");

    /// <summary>Renders when something was or will be, with the whole time where a pointer rests on it.</summary>
    public static Html Time(DateTime? time, DateTime now) =>
        time is { } at
            ? Html.Of($"""<time datetime="{Iso(at)}" title="{Ages.Utc(at)}">{Ages.Relative(at, now)}</time>""")
            : Html.Of($"""<span class="none">–</span>""");

    public static Html Age(DateTime? time, DateTime now) =>
        time is { } at
            ? Html.Of($"""<time datetime="{Iso(at)}" title="{Ages.Utc(at)}">{Ages.Span(now - at)}</time>""")
            : Html.Of($"""<span class="none">–</span>""");

    /// <summary>Renders a sentence in which code stands between backticks.</summary>
    public static Html WithCode(string text) =>
        Html.Of(
            $"{text.Split('`').Select((part, i) => i % 2 == 0 ? Html.Text(part) : Html.Of($"<code>{part}</code>"))}"
        );

    /// <summary>
    /// Renders a sentence of the API; digests in it are short, since they stand whole beside what has them.
    /// </summary>
    public static Html Message(string? text) => Html.Text(Digest().Replace(text ?? "", "${begin}…"));

    /// <summary>Renders a reference, of which the digest is what may be broken or cut off.</summary>
    public static Html Reference(string reference) => Html.Of($"""<code class="reference">{reference}</code>""");

    [GeneratedRegex("(?<begin>sha256:[0-9a-f]{8})[0-9a-f]{56}", RegexOptions.NonBacktracking, 1000)]
    private static partial Regex Digest();

    private static string Iso(DateTime time) => time.ToString("s", CultureInfo.InvariantCulture) + "Z";

    public static string Class(Level level) =>
        level switch
        {
            Level.Good => "good",
            Level.Waiting => "waiting",
            Level.Warning => "warning",
            Level.Bad => "bad",
            _ => "plain",
        };
}
