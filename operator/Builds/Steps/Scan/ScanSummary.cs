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

    /// <summary>Bounds the worst findings of a candidate.</summary>
    public const int Worst = 10;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <param name="findings">All of them.</param>
    /// <param name="ignored">Names of accepted findings.</param>
    /// <param name="ignoreUnfixed">Findings without a fix don't count.</param>
    /// <param name="most">Bounds the worst ones.</param>
    public static ScanStatus Of(
        IEnumerable<Finding> findings,
        IReadOnlyCollection<string> ignored,
        bool ignoreUnfixed,
        int most = Worst
    )
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
                    .ThenBy(f => f.Fixed.Length == 0)
                    .ThenBy(f => f.Id, StringComparer.Ordinal)
                    .Take(most)
                    .Select(Shown),
            ],
        };
    }

    /// <summary>
    /// Renders one line of JSON of at most <see cref="MaxBytes"/>; the least of the worst are left out if they must be.
    /// </summary>
    /// <param name="status">The result.</param>
    /// <param name="database">When the scanner's database was made (UTC); null where that isn't known.</param>
    public static string Write(ScanStatus status, DateTime? database = null)
    {
        for (var left = status.Worst.Count; ; left--)
        {
            var part = status with { Worst = [.. status.Worst.Take(left)] };
            var text = database is { } made
                ? JsonSerializer.Serialize(new Dated(part, made), Json)
                : JsonSerializer.Serialize(part, Json);
            if (left == 0 || Encoding.UTF8.GetByteCount(text) <= MaxBytes)
            {
                return text;
            }
        }
    }

    /// <param name="message">What the reporter wrote.</param>
    /// <param name="status">The result.</param>
    /// <param name="most">Bounds the worst ones.</param>
    public static bool TryRead(string? message, out ScanStatus? status, int most = Worst)
    {
        status = null;
        try
        {
            status = string.IsNullOrWhiteSpace(message) ? null : JsonSerializer.Deserialize<ScanStatus>(message, Json);
            status = status is null
                ? null
                : status with
                {
                    Worst = [.. (status.Worst ?? []).Take(most).Select(Cleaned)],
                    Error = null,
                };
        }
        catch (JsonException)
        {
            // Whatever wrote it, it wasn't this program.
        }

        return status is not null;
    }

    /// <summary>
    /// Reads the result of a scan of a list of packages, with the age of the scanner's database where it is told.
    /// </summary>
    public static bool TryReadDated(string? message, int most, out ScanStatus? status, out DateTime? database)
    {
        database = null;
        try
        {
            if (
                !string.IsNullOrWhiteSpace(message)
                && JsonSerializer.Deserialize<Dated>(message, Json) is { Scan: { } scan, Database: var made }
            )
            {
                database = made.ToUniversalTime();
                return TryRead(JsonSerializer.Serialize(scan, Json), out status, most);
            }
        }
        catch (JsonException)
        {
            // Whatever wrote it, it wasn't this program.
        }

        return TryRead(message, out status, most);
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

    private sealed record Dated(ScanStatus Scan, DateTime Database);

    private static string Clean(string? text) =>
        Truncation.Shorten(MaskedLog.Clean(text ?? "").ReplaceLineEndings(" "), 64);
}
