using System.Text;

namespace GemmaOperator.Runtime.Client;

/// <summary>Appends a query to a path; null values are left out.</summary>
internal sealed class KubeQuery(string path)
{
    private readonly StringBuilder _text = new(path);
    private char _separator = '?';

    public KubeQuery With(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _separator = '&';
        }

        return this;
    }

    public override string ToString() => _text.ToString();
}
