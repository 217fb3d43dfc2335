namespace GemmaInference.Text;

/// <summary>
/// Finds stop strings in streamed text, across token borders: text that may still become a stop string is held back.
/// </summary>
internal sealed class StopMatcher(IReadOnlyList<string> stops)
{
    private string _held = "";

    /// <summary>Counts the held characters that no stop string may end in.</summary>
    private int _free;

    /// <summary>Gets whether a stop string has been seen; no more text follows.</summary>
    public bool Stopped { get; private set; }

    /// <param name="counts">False where no stop string that ends in this text is one yet.</param>
    /// <returns>Text that is safe to send.</returns>
    public string Push(string text, bool counts = true)
    {
        if (Stopped)
        {
            return "";
        }

        if (stops.Count == 0)
        {
            return text;
        }

        var whole = _held + text;
        var free = counts ? _free : whole.Length;
        var first = stops.Select(stop => Find(whole, stop, free)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        if (first >= 0)
        {
            Stopped = true;
            _held = "";
            return whole[..first];
        }

        var keep = stops.Max(stop => Overlap(whole, stop));
        _held = whole[^keep..];
        _free = Math.Max(0, free - (whole.Length - keep));
        return whole[..^keep];
    }

    /// <summary>Returns what was held back, at the end.</summary>
    public string Flush()
    {
        var rest = _held;
        _held = "";
        return rest;
    }

    /// <summary>Finds the first place of a stop string that ends after the free characters; −1 for none.</summary>
    private static int Find(string text, string stop, int free)
    {
        var start = Math.Max(0, free - stop.Length + 1);
        return start <= text.Length - stop.Length ? text.IndexOf(stop, start, StringComparison.Ordinal) : -1;
    }

    /// <summary>Returns the length of the longest end of the text that begins a stop string.</summary>
    private static int Overlap(string text, string stop)
    {
        for (var length = Math.Min(text.Length, stop.Length - 1); length > 0; length--)
        {
            if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
            {
                return length;
            }
        }

        return 0;
    }
}
