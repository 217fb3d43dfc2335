using System.Text;

namespace GemmaOperator.Registry.References;

/// <summary>Foreign text made fit for a message: quoted, one line, bounded.</summary>
internal static class Quoted
{
    private const int Limit = 120;

    public static string Of(string? text)
    {
        if (text is null)
        {
            return "nothing";
        }

        var shown = new StringBuilder("'");
        foreach (var c in text.Length <= Limit ? text : text.AsSpan(0, Limit))
        {
            shown.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }

        return shown.Append(text.Length <= Limit ? "'" : "…'").ToString();
    }
}
