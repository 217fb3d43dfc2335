namespace KubectlGemma.Local;

/// <summary>Keeps the last lines that a build has written.</summary>
internal sealed class SaidTail
{
    private const int Most = 400;

    private readonly Queue<string> _lines = [];

    /// <summary>Gets the lines, each with its end.</summary>
    public string Text => string.Concat(_lines.Select(line => line + "\n"));

    public void Add(string line)
    {
        _lines.Enqueue(line);
        if (_lines.Count > Most)
        {
            _lines.Dequeue();
        }
    }

    /// <summary>Forgets them: another step begins.</summary>
    public void Clear() => _lines.Clear();
}
