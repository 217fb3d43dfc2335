using System.Text;
using System.Text.Json;
using GemmaOperator.Api.Builds;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>
/// Reduces a scanner's report to what fits into a termination message: counts, and the worst findings. A report of a
/// GPU image has megabytes; the kubelet keeps 4,096 bytes.
/// </summary>
internal static class ScanSummary
{
    public const int MaxBytes = 4000;

    private const int Worst = 10;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <param name="findings">All of them.</param>
    /// <param name="ignored">Names of accepted findings.</param>
    /// <param name="ignoreUnfixed">Findings without a fix don't count.</param>
    public static ScanStatus Of(IEnumerable<Finding> findings, IReadOnlyCollection<string> ignored, bool ignoreUnfixed)
    {
        var names = ignored.ToHashSet(StringComparer.OrdinalIgnoreCase);
        // Scanners tell one vulnerability once for every place that holds the package.
        var distinct = findings.DistinctBy(f => (f.Id, f.Package, f.Installed)).ToList();
        var accepted = distinct.Where(f => f.IsNamed(names)).ToList();
        var rest = distinct.Except(accepted).ToList();
        var counted = rest.Where(f => !ignoreUnfixed || f.Fixed.Length > 0).ToList();
        return new ScanStatus
        {
            Critical = counted.Count(f => f.Severity == Severity.Critical),
            High = counted.Count(f => f.Severity == Severity.High),
            Medium = counted.Count(f => f.Severity == Severity.Medium),
            Low = counted.Count(f => f.Severity == Severity.Low),
            Unknown = counted.Count(f => f.Severity == Severity.Unknown),
            Ignored = accepted.Count,
            Unfixed = rest.Count - counted.Count,
            Worst =
            [
                .. counted
                    .OrderByDescending(f => f.Severity)
                    .ThenBy(f => f.Id, StringComparer.Ordinal)
                    .Take(Worst)
                    .Select(Shown),
            ],
        };
    }

    /// <summary>
    /// Renders one line of JSON of at most <see cref="MaxBytes"/>; the least of the worst are left out if they must be.
    /// </summary>
    public static string Write(ScanStatus status)
    {
        for (var left = status.Worst.Count; ; left--)
        {
            var text = JsonSerializer.Serialize(status with { Worst = [.. status.Worst.Take(left)] }, Json);
            if (left == 0 || Encoding.UTF8.GetByteCount(text) <= MaxBytes)
            {
                return text;
            }
        }
    }

    public static bool TryRead(string? message, out ScanStatus? status)
    {
        status = null;
        try
        {
            status = string.IsNullOrWhiteSpace(message) ? null : JsonSerializer.Deserialize<ScanStatus>(message, Json);
            status = status is null
                ? null
                : status with
                {
                    Worst = [.. (status.Worst ?? []).Take(Worst).Select(Cleaned)],
                    Error = null,
                };
        }
        catch (JsonException)
        {
            // Whatever wrote it, it wasn't this program.
        }

        return status is not null;
    }

    private static ScanFinding Shown(Finding finding) =>
        Cleaned(
            new ScanFinding
            {
                Id = finding.Id,
                Severity = finding.Severity.ToString(),
                Package = finding.Package,
                Installed = finding.Installed,
                Fixed = finding.Fixed,
            }
        );

    private static ScanFinding Cleaned(ScanFinding f) =>
        new()
        {
            Id = Clean(f.Id),
            Severity = Clean(f.Severity),
            Package = Clean(f.Package),
            Installed = Clean(f.Installed),
            Fixed = Clean(f.Fixed),
        };

    private static string Clean(string? text) =>
        UntrustedText.Shorten(MaskedLog.Clean(text ?? "").ReplaceLineEndings(" "), 64);
}
