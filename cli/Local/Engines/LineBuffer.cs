using System.Text;

namespace KubectlGemma.Local.Engines;

/// <summary>Makes lines of text that comes in pieces; one that is longer than the bound is cut into several.</summary>
internal sealed class LineBuffer
{
    private const int MostOfLine = 16 << 10;

    private readonly StringBuilder _open = new();

    /// <summary>Gets what no line end has come for.</summary>
    public string Rest => _open.ToString();

    /// <summary>Returns the lines that the piece ends, without their ends.</summary>
    public IEnumerable<string> Add(string piece)
    {
        foreach (var c in piece)
        {
            if (c != '\n')
            {
                _open.Append(c);
            }

            if (c == '\n' || _open.Length >= MostOfLine)
            {
                var line = _open.ToString();
                _open.Clear();
                yield return line.TrimEnd('\r');
            }
        }
    }
}
