using System.Text;
using GemmaOperator.Runtime.Text;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Answers;

/// <summary>
/// Makes text of registries fit to be shown: one line, bounded, and nothing in it that could end the line, hide itself
/// or turn the direction of writing.
/// </summary>
internal static class RegistryWords
{
    /// <summary>Bounds what a registry says of one thing.</summary>
    public const int MostSaid = 200;

    /// <summary>Bounds a whole message, ours and theirs: an Event's note takes 1,024 bytes.</summary>
    public const int MostOfMessage = 800;

    /// <summary>Returns what a registry said, cleaned and cut.</summary>
    public static string Said(string text) => Line(text, MostSaid);

    /// <summary>Returns text as one line of at most so many characters; what can't be seen becomes a space.</summary>
    public static string Line(string text, int most)
    {
        var line = new StringBuilder(Math.Min(text.Length, most + 1));
        var isSpace = true;
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length > most)
            {
                break;
            }

            if (IsVisible(rune))
            {
                line.Append(rune);
                isSpace = false;
            }
            else if (!isSpace)
            {
                line.Append(' ');
                isSpace = true;
            }
        }

        return Truncation.Shorten(line.ToString().TrimEnd(), most);
    }

    private static bool IsVisible(Rune rune) => rune.Value != ' ' && VisibleText.IsVisible(rune);
}
