using System.Globalization;
using System.Text;

namespace KubectlGemma.Output.Data;

/// <summary>Finds characters that can't be seen and turn what stands about them, such as U+202E.</summary>
internal static class FormatCharacters
{
    /// <summary>Returns a text with each of them replaced by what is made of it.</summary>
    public static string Escape(string text, Func<Rune, string> escape)
    {
        var escaped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format)
            {
                escaped.Append(escape(rune));
            }
            else
            {
                escaped.Append(rune);
            }
        }

        return escaped.ToString();
    }
}
