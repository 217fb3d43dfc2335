using System.Text;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>Keeps a container's log.</summary>
internal sealed class PodLog
{
    private readonly StringBuilder _text = new();

    public string Text
    {
        get
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    public void Add(string line)
    {
        lock (_text)
        {
            _text.Append(line).Append('\n');
        }
    }

    /// <summary>Returns the end, as FallbackToLogsOnError takes it: at most 2048 bytes or 80 lines.</summary>
    public string Tail()
    {
        var lines = Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(80);
        var tail = string.Concat(lines.Select(l => l + "\n"));
        return tail.Length <= 2048 ? tail : tail[^2048..];
    }
}
