using System.Text;

namespace GemmaOperator.Runtime.Events;

/// <summary>Fits notes to the API, which refuses an event whose note is longer than 1,024 bytes.</summary>
internal static class EventNote
{
    public const int MostBytes = 1024;

    /// <summary>
    /// Returns as much of the text as fits, ending in "…" where something was cut, never inside a character.
    /// </summary>
    public static string Fit(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= MostBytes)
        {
            return text;
        }

        var room = MostBytes - Encoding.UTF8.GetByteCount("…");
        var fitted = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
            {
                break;
            }

            fitted.Append(rune.ToString());
        }

        return fitted.Append('…').ToString();
    }
}
