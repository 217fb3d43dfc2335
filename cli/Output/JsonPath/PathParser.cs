using System.Globalization;
using System.Text;

namespace KubectlGemma.Output.JsonPath;

/// <summary>Reads one path, such as <c>.items[?(@.status=="True")].metadata.name</c>.</summary>
internal sealed class PathParser
{
    private readonly string _text;
    private int _at;

    private PathParser(string text) => _text = text;

    /// <exception cref="FormatException">It is none; the message says where.</exception>
    public static IReadOnlyList<PathStep> Parse(string text)
    {
        var parser = new PathParser(text);
        return parser.Steps();
    }

    private List<PathStep> Steps()
    {
        var steps = new List<PathStep>();
        if (_at < _text.Length && _text[_at] is '$' or '@')
        {
            _at++;
        }

        while (_at < _text.Length)
        {
            switch (_text[_at])
            {
                case '.' when _at + 1 < _text.Length && _text[_at + 1] == '.':
                    _at += 2;
                    steps.Add(new PathStep.Deep());
                    AddName(steps);
                    break;
                case '.':
                    _at++;
                    AddName(steps);
                    break;
                case '[':
                    steps.Add(Bracket());
                    break;
                default:
                    if (steps.Count > 0)
                    {
                        throw Wrong($"'{_text[_at]}' isn't expected");
                    }

                    AddName(steps);
                    break;
            }
        }

        return steps;
    }

    private void AddName(List<PathStep> steps)
    {
        var name = new StringBuilder();
        for (; _at < _text.Length && _text[_at] is not ('.' or '['); _at++)
        {
            if (_text[_at] is ' ' or '{' or '|' or '(')
            {
                throw Wrong($"'{_text[_at]}' isn't expected");
            }

            _at += _text[_at] == '\\' && _at + 1 < _text.Length ? 1 : 0;
            name.Append(_text[_at]);
        }

        if (name.Length > 0)
        {
            steps.Add(name.ToString() == "*" ? new PathStep.All() : new PathStep.Fields([name.ToString()]));
        }
    }

    private PathStep Bracket()
    {
        var start = _at + 1;
        var (depth, quote) = (0, '\0');
        for (; _at < _text.Length; _at++)
        {
            var c = _text[_at];
            quote =
                quote != '\0' ? (c == quote ? '\0' : quote)
                : c is '"' or '\'' ? c
                : '\0';
            depth +=
                quote != '\0'
                    ? 0
                    : (
                        c == '[' ? 1
                        : c == ']' ? -1
                        : 0
                    );
            if (depth == 0)
            {
                return Of(_text[start.._at++].Trim());
            }
        }

        throw Wrong("the bracket isn't closed");
    }

    private PathStep Of(string inner)
    {
        if (inner == "*")
        {
            return new PathStep.All();
        }

        if (inner is ['?', '(', .., ')'])
        {
            return FilterOf(inner[2..^1].Trim());
        }

        var names = inner.Split(',', StringSplitOptions.TrimEntries);
        if (names.All(n => n is ['\'', .., '\''] or ['"', .., '"']))
        {
            return new PathStep.Fields([.. names.Select(n => n[1..^1])]);
        }

        if (inner.Contains(':', StringComparison.Ordinal))
        {
            var bounds = inner.Split(':').Select(b => b.Length == 0 ? (int?)null : Number(b)).ToList();
            return bounds.Count is 2 or 3 && (bounds.Count == 2 || bounds[2] is null or > 0)
                ? new PathStep.Slice(bounds[0], bounds[1], bounds.ElementAtOrDefault(2) ?? 1)
                : throw Wrong($"[{inner}] is no slice");
        }

        return new PathStep.Items([.. names.Select(n => Number(n))]);
    }

    private PathStep.Filter FilterOf(string text)
    {
        foreach (var op in (string[])["==", "!=", "<=", ">=", "<", ">"])
        {
            if (text.IndexOf(op, StringComparison.Ordinal) is > 0 and var at)
            {
                var right = text[(at + op.Length)..].Trim();
                return new PathStep.Filter(Parse(text[..at].Trim()), op, OperandOf(right));
            }
        }

        return new PathStep.Filter(Parse(text), null, null);
    }

    private PathStep.Operand OperandOf(string text) =>
        text switch
        {
            ['"', .., '"'] or ['\'', .., '\''] => new PathStep.Operand(text[1..^1], null),
            ['@' or '$', ..] => new PathStep.Operand(null, Parse(text)),
            "true" => new PathStep.Operand(true, null),
            "false" => new PathStep.Operand(false, null),
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
                new PathStep.Operand(number, null),
            _ => throw Wrong($"'{text}' is neither a quoted text, a number, true, false nor a path"),
        };

    private int Number(string text) =>
        int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong($"[{text}] is no index");

    private FormatException Wrong(string what) => new($"in '{_text}': {what}");
}
