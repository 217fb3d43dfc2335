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
        var at = Append(shown, text, MaxLength);
        return shown.Append(at < text.Length ? "…\"" : "\"").ToString();
    }

    /// <summary>Returns all of the text on one line, without quotes, with the same characters made visible.</summary>
    public static string Visible(string text)
    {
        if (Ascii.IsValid(text) && !UntrustedText.HasControl(text))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length);
        Append(shown, text, int.MaxValue);
        return shown.ToString();
    }

    /// <summary>Appends at most so many runes, and returns up to where.</summary>
    private static int Append(StringBuilder shown, string text, int left)
    {
        var at = 0;
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

        return at;
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
