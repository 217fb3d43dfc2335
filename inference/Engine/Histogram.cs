using System.Globalization;
using System.Text;

namespace GemmaInference.Engine;

/// <summary>Counts seconds in a Prometheus histogram. Thread-safe.</summary>
internal sealed class Histogram(string name, string help, params double[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private readonly Lock _gate = new();
    private double _sum;

    public void Observe(TimeSpan value)
    {
        var seconds = value.TotalSeconds;
        var bucket = Array.FindIndex(bounds, bound => seconds <= bound);
        lock (_gate)
        {
            _counts[bucket < 0 ? bounds.Length : bucket]++;
            _sum += seconds;
        }
    }

    /// <summary>Appends the text exposition format, version 0.0.4.</summary>
    public void Write(StringBuilder text, string label)
    {
        lock (_gate)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} histogram\n");
            long total = 0;
            for (var i = 0; i < bounds.Length; i++)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{name}_bucket{{{label},le=\"{bounds[i]}\"}} {total += _counts[i]}\n"
                );
            }

            total += _counts[^1];
            text.Append(
                CultureInfo.InvariantCulture,
                $"{name}_bucket{{{label},le=\"+Inf\"}} {total}\n{name}_sum{{{label}}} {_sum}\n"
                    + $"{name}_count{{{label}}} {total}\n"
            );
        }
    }
}
