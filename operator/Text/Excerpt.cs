using System.Globalization;
using System.Text;

namespace GemmaOperator.Text;

/// <summary>A user's text as it may stand in a message: quoted, short, on one line.</summary>
internal static class Excerpt
{
    private const int MaxLength = 60;

    public static string Of(string? text)
    {
        if (text is null)
        {
            return "nothing";
        }

        var shown = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes().Take(MaxLength))
        {
            _ = rune.Value switch
            {
                '\n' => shown.Append("\\n"),
                '\r' => shown.Append("\\r"),
                '\t' => shown.Append("\\t"),
                _ when Rune.IsControl(rune) => shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => shown.Append(rune.ToString()),
            };
        }

        return shown.Append(text.Length > MaxLength ? "…\"" : "\"").ToString();
    }
}
