namespace GemmaOperator.Builds.Inputs.Pip;

/// <summary>
/// Reads a text from left to right. The first thing that was wrong stays; what is read after it counts no more.
/// </summary>
internal sealed class TextCursor(string text)
{
    /// <summary>Gets what is wrong, with what would be right; null while nothing is.</summary>
    public (string Problem, string Remedy)? Error { get; private set; }

    public int Position { get; private set; }

    public bool IsAtEnd => Position >= text.Length;

    /// <summary>Gets the next character; a NUL at the end, which no line holds.</summary>
    public char Next => IsAtEnd ? '\0' : text[Position];

    /// <summary>Gets what hasn't been read.</summary>
    public string Rest => text[Position..];

    /// <summary>Passes blanks and tabs, the only space that packaging knows.</summary>
    public void SkipSpace()
    {
        while (Next is ' ' or '\t')
        {
            Position++;
        }
    }

    /// <summary>Passes a word if it comes next.</summary>
    public bool Take(string word)
    {
        if (!text.AsSpan(Position).StartsWith(word, StringComparison.Ordinal))
        {
            return false;
        }

        Position += word.Length;
        return true;
    }

    /// <summary>Reads characters for as long as they fit.</summary>
    public string TakeWhile(Func<char, bool> fits)
    {
        var start = Position;
        while (!IsAtEnd && fits(text[Position]))
        {
            Position++;
        }

        return text[start..Position];
    }

    /// <summary>Keeps what is wrong, unless something was before.</summary>
    /// <returns>False, for callers to hand on.</returns>
    public bool Fail(string problem, string remedy)
    {
        Error ??= (problem, remedy);
        return false;
    }
}
