using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Cli.Tests.Pictures;

/// <summary>Draws what a terminal shows as an SVG that needs nothing else: no font, no script, no address.</summary>
internal static partial class TerminalPicture
{
    private const double CellWidth = 8.43;
    private const double LineHeight = 19;
    private const double Margin = 16;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly Dictionary<string, string> Colors = new(StringComparer.Ordinal)
    {
        ["31"] = "#ff7b72",
        ["32"] = "#56d364",
        ["33"] = "#e3b341",
        ["90"] = "#8b949e",
    };

    /// <summary>Renders a picture.</summary>
    /// <param name="title">What it shows, for who can't see it.</param>
    /// <param name="runs">Command lines with what they printed to a terminal.</param>
    public static string Render(string title, params (string Command, string Printed)[] runs)
    {
        var lines = runs.SelectMany(
                (run, i) =>
                    new[] { $"\u001b[90m$ \u001b[0m\u001b[1m{run.Command}\u001b[0m" }
                        .Prepend(i == 0 ? null : "")
                        .OfType<string>()
                        .Concat(run.Printed.TrimEnd('\n').Split('\n'))
            )
            .Select(Cells)
            .ToList();
        var width = (2 * Margin) + (CellWidth * lines.Max(l => l.Sum(s => s.Text.Length)));
        var height = (2 * Margin) + (LineHeight * lines.Count);
        return new XElement(
                Svg + "svg",
                new XAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"),
                new XAttribute("width", Number(width)),
                new XAttribute("height", Number(height)),
                new XAttribute("role", "img"),
                new XElement(Svg + "title", title),
                new XElement(
                    Svg + "rect",
                    new XAttribute("width", "100%"),
                    new XAttribute("height", "100%"),
                    new XAttribute("rx", 8),
                    new XAttribute("fill", "#0d1117")
                ),
                new XElement(
                    Svg + "g",
                    new XAttribute("fill", "#e6edf3"),
                    new XAttribute("font-size", 14),
                    new XAttribute("font-family", "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"),
                    lines.Select((line, i) => Line(line, Margin + (LineHeight * (i + 0.75))))
                )
            ) + "\n";
    }

    /// <summary>Each piece begins at its own cell, so that columns stand under each other in any font.</summary>
    private static XElement Line(IReadOnlyList<(string Text, string Codes)> pieces, double y)
    {
        var (column, spans) = (0, new List<XElement>());
        foreach (var (text, codes) in pieces)
        {
            foreach (Match word in Words().Matches(text))
            {
                var span = new XElement(
                    Svg + "tspan",
                    new XAttribute("x", Number(Margin + (CellWidth * (column + word.Index)))),
                    word.Value
                );
                foreach (var code in codes.Split(';'))
                {
                    if (Colors.TryGetValue(code, out var color))
                    {
                        span.Add(new XAttribute("fill", color));
                    }
                    else if (code == "1")
                    {
                        span.Add(new XAttribute("font-weight", "bold"));
                    }
                }

                spans.Add(span);
            }

            column += text.Length;
        }

        return new XElement(Svg + "text", new XAttribute("y", Number(y)), spans);
    }

    private static List<(string Text, string Codes)> Cells(string line)
    {
        var (pieces, codes) = (new List<(string, string)>(), "0");
        foreach (var part in Codes().Split(line).Select((value, i) => (value, IsCode: i % 2 == 1)))
        {
            if (part.IsCode)
            {
                codes = part.value;
            }
            else if (part.value.Length > 0)
            {
                pieces.Add((part.value, codes));
            }
        }

        return pieces;
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\u001b\[(?<codes>[0-9;]*)m", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Codes();

    /// <summary>Matches what one space parts; where there are more, a new column begins.</summary>
    [GeneratedRegex(@"\S+(?: \S+)*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();
}
