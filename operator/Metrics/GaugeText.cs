using System.Buffers;
using System.Globalization;
using System.Text;
using GemmaOperator.Runtime.Text;

namespace GemmaOperator.Metrics;

/// <summary>
/// Gauges in Prometheus' text format, line by line: a client library keeps an object for every sample that it ever
/// showed, ten for each GemmaBaseImage.
/// </summary>
internal static class GaugeText
{
    public static void WriteHead(IBufferWriter<byte> to, string name, string help) =>
        Encoding.UTF8.GetBytes($"# HELP {name} {help}\n# TYPE {name} gauge\n", to);

    /// <summary>Returns one sample; <paramref name="labels"/> and <paramref name="values"/> go together.</summary>
    public static void WriteSample(
        IBufferWriter<byte> to,
        string name,
        IEnumerable<string> labels,
        IEnumerable<string> values,
        double value
    )
    {
        var pairs = string.Join(',', labels.Zip(values, (label, text) => $"{label}=\"{Escape(text)}\""));
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}{{{pairs}}} {value}\n"), to);
    }

    private static string Escape(string said)
    {
        var text = VisibleText.Line(said);
        return text.AsSpan().IndexOfAny('\\', '"') < 0
            ? text
            : text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
    }
}
