using System.Globalization;
using System.Text;
using GemmaOperator.Runtime.Text;

namespace GemmaOperator.Text;

/// <summary>
/// Renders foreign text for a message: in quotes, on one line, at most <see cref="MaxLength"/> characters, and with
/// everything visible that could end a line, hide itself or turn the direction of writing.
/// </summary>
internal static class Quoted
{
    /// <summary>In characters as users count them (runes), the ellipsis not counted.</summary>
    public const int MaxLength = 80;

    /// <summary>Returns the text in quotes; <c>nothing</c> for null.</summary>
    public static string Of(string? text)
    {
        if (text is null)
        {
            return "nothing";
        }

        var shown = new StringBuilder("\"");
        var (at, left) = (0, MaxLength);
        while (at < text.Length && left-- > 0)
        {
            if (
                Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var width)
                != System.Buffers.OperationStatus.Done
            )
            {
                Escape(shown, text[at]);
                width = 1;
            }
            else if (VisibleText.IsVisible(rune))
            {
                shown.Append(text, at, width);
            }
            else
            {
                foreach (var c in text.AsSpan(at, width))
                {
                    Escape(shown, c);
                }
            }

            at += width;
        }

        return shown.Append(at < text.Length ? "…\"" : "\"").ToString();
    }

    private static void Escape(StringBuilder shown, char c) =>
        _ = c switch
        {
            '\n' => shown.Append("\\n"),
            '\r' => shown.Append("\\r"),
            '\t' => shown.Append("\\t"),
            _ => shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
        };
}
