namespace GemmaOperator.Text;

/// <summary>Quotes one word for <c>/bin/sh</c> inside a RUN instruction.</summary>
internal static class ShellWord
{
    /// <summary>
    /// Writes the word in single quotes, in which the shell expands nothing. A single quote is closed, escaped and
    /// opened again (POSIX shell, 2.2.2). Control characters would end the Dockerfile's line, so they are refused.
    /// </summary>
    /// <exception cref="ArgumentException">The word holds a control character or a line separator.</exception>
    public static string Quote(string word)
    {
        if (UntrustedText.HasControl(word))
        {
            throw new ArgumentException("a control character can't be part of a shell word", nameof(word));
        }

        return "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }
}
