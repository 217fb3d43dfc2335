using System.Globalization;
using System.Text.Json;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>
/// Reads when a scanner's database was made: an old one knows no new vulnerabilities, and says so nowhere else.
/// </summary>
internal static class ScannerDatabase
{
    /// <summary>Says when one is old: Trivy's and Grype's are made anew several times a day.</summary>
    public static readonly TimeSpan Old = TimeSpan.FromDays(7);

    /// <summary>Returns the time (UTC); null where it isn't told: OSV-Scanner asks a service.</summary>
    /// <param name="scanner">The scanner.</param>
    /// <param name="report">Its report.</param>
    /// <param name="metadata">What Trivy keeps beside its database; null where it kept none.</param>
    public static DateTime? TimeOf(ScannerKind scanner, string report, string? metadata)
    {
        try
        {
            return scanner switch
            {
                ScannerKind.Trivy when metadata is not null => Trivy(metadata),
                ScannerKind.Grype => Grype(report),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads <c>db/metadata.json</c> of Trivy's cache directory.</summary>
    private static DateTime? Trivy(string metadata)
    {
        using var json = JsonDocument.Parse(metadata);
        return Time(json.RootElement, "UpdatedAt");
    }

    /// <summary>Grype 0.88 and later has a status between.</summary>
    private static DateTime? Grype(string report)
    {
        using var json = ScannerReport.Parse(report);
        return
            json.RootElement.TryGetProperty("descriptor", out var descriptor)
            && descriptor.TryGetProperty("db", out var database)
            ? Time(database.TryGetProperty("status", out var status) ? status : database, "built")
            : null;
    }

    private static DateTime? Time(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text)
        && text.ValueKind == JsonValueKind.String
        && DateTime.TryParse(
            text.GetString(),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time
            : null;
}
