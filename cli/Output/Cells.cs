using System.Runtime.CompilerServices;
using System.Text;
using Spectre.Console;

namespace KubectlGemma.Output;

/// <summary>Counts the cells of a terminal that text takes; a wide character takes two.</summary>
internal static class Cells
{
    public static int Width(string text) => Ascii.IsValid(text) ? text.Length : Wide(text);

    public static string Pad(string text, int width) => text + new string(' ', Math.Max(0, width - Width(text)));

    /// <summary>Breaks text between words; a word that is longer than a line stays whole.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        var used = 0;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var cells = Width(word);
            if (used > 0 && used + 1 + cells > width)
            {
                yield return line.ToString();
                line.Clear();
                used = 0;
            }

            line.Append(used > 0 ? " " : "").Append(word);
            used += cells + (used > 0 ? 1 : 0);
        }

        yield return line.ToString();
    }

    /// <summary>Keeps the library for terminals from being loaded where all text is ASCII.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Wide(string text) => text.GetCellWidth();
}
