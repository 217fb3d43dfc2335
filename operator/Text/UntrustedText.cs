namespace GemmaOperator.Text;

/// <summary>Checks text of users and of programs that aren't ours.</summary>
internal static class UntrustedText
{
    /// <summary>
    /// Tells whether the text holds a control character, a Unicode line or paragraph separator, or half a surrogate
    /// pair: the characters by which a value could end a line, hide in a terminal, or change on its way through UTF-8.
    /// </summary>
    public static bool HasControl(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029')
            {
                return true;
            }

            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (!char.IsSurrogatePair(text, i))
            {
                return true;
            }

            i++;
        }

        return false;
    }
}
