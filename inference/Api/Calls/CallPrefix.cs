namespace GemmaInference.Api.Calls;

/// <summary>Judges whether a text may still become a call of a function.</summary>
internal static class CallPrefix
{
    private static readonly string[] Fences = ["json\n", "tool_code\n", "\n"];

    /// <param name="names">The functions that may be called.</param>
    public static bool Fits(string text, IReadOnlyList<string> names)
    {
        var at = 0;
        if (Take("`", isSpaced: true) != false)
        {
            if (Take("``") is var ticks and not true)
            {
                return ticks is null;
            }

            var rest = text[at..];
            if (Fences.FirstOrDefault(fence => rest.StartsWith(fence, StringComparison.Ordinal)) is not { } found)
            {
                return Fences.Any(fence => fence.StartsWith(rest, StringComparison.Ordinal));
            }

            at += found.Length;
        }

        _ = Take("[", isSpaced: true);
        foreach (var word in (string[])["{", "\"", "name\"", ":", "\""])
        {
            if (Take(word, isSpaced: word != "name\"") is var fits and not true)
            {
                return fits is null;
            }
        }

        var (start, end) = (at, text.IndexOf('"', at));
        if (end < 0)
        {
            return names.Any(name => name.AsSpan().StartsWith(text.AsSpan(start), StringComparison.Ordinal));
        }

        at = end + 1;
        if (!names.Contains(text[start..end]))
        {
            return false;
        }

        foreach (var word in (string[])[",", "\"parameters\"", ":", "{"])
        {
            if (Take(word, isSpaced: true) is var fits and not true)
            {
                return fits is null;
            }
        }

        return true;

        // Null where the text is over before that is known.
        bool? Take(string word, bool isSpaced = false)
        {
            var next = at;
            while (isSpaced && next < text.Length && text[next] is (' ' or '\n' or '\t' or '\r'))
            {
                next++;
            }

            var rest = text.AsSpan(next);
            if (rest.StartsWith(word, StringComparison.Ordinal))
            {
                at = next + word.Length;
                return true;
            }

            return word.AsSpan().StartsWith(rest, StringComparison.Ordinal) ? null : false;
        }
    }
}
