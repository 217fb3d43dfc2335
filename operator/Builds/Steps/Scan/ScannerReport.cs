using System.Globalization;
using System.Text.Json;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>
/// Reads the JSON of three scanners. Only fields of their documented formats are used: Trivy's report with
/// SchemaVersion 2, Grype's <c>-o json</c>, OSV-Scanner's <c>--format json</c>.
/// </summary>
internal static class ScannerReport
{
    /// <summary>Bounds how many lines may look like the report's beginning without being it: JSON log lines.</summary>
    private const int MostBeginnings = 100;

    /// <summary>Returns all findings; warnings that a scanner printed before its JSON are passed over.</summary>
    /// <param name="scanner">The scanner that wrote it.</param>
    /// <param name="text">The report.</param>
    /// <exception cref="FormatException">The text is no report of that scanner; the message says why.</exception>
    public static IReadOnlyList<Finding> Read(ScannerKind scanner, string text)
    {
        try
        {
            using var json = Parse(text);
            var root = json.RootElement;
            return scanner switch
            {
                ScannerKind.Trivy => [.. Trivy(root)],
                ScannerKind.Grype => [.. Grype(root)],
                ScannerKind.OSVScanner => [.. Osv(root)],
            };
        }
        catch (JsonException e)
        {
            throw new FormatException($"the report isn't JSON: line {e.LineNumber}, byte {e.BytePositionInLine}", e);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"the report has another form than {scanner}'s", e);
        }
    }

    /// <summary>
    /// Parses the JSON that begins on a line of its own and goes to the end; lines before it, JSON or not, are
    /// warnings.
    /// </summary>
    /// <exception cref="JsonException">No such JSON is in the text.</exception>
    public static JsonDocument Parse(string text)
    {
        JsonException? first = null;
        var at = text.StartsWith('{') ? 0 : Next(text, 0);
        for (var tries = 0; at >= 0 && tries < MostBeginnings; at = Next(text, at), tries++)
        {
            try
            {
                return JsonDocument.Parse(text.AsMemory(at));
            }
            catch (JsonException e)
            {
                first ??= e;
            }
        }

        return first is null ? JsonDocument.Parse(text) : throw first;
    }

    private static int Next(string text, int after) =>
        text.IndexOf("\n{", after, StringComparison.Ordinal) is >= 0 and var line ? line + 1 : -1;

    private static IEnumerable<Finding> Trivy(JsonElement root)
    {
        if (root.GetProperty("SchemaVersion").GetInt32() != 2)
        {
            throw new FormatException("Trivy's SchemaVersion isn't 2");
        }

        // An image in which nothing can be looked for has no Results at all.
        foreach (var vulnerability in Items(root, "Results").SelectMany(r => Items(r, "Vulnerabilities")))
        {
            yield return new Finding(
                Text(vulnerability, "VulnerabilityID"),
                [.. Items(vulnerability, "VendorIDs").Select(id => id.GetString() ?? "")],
                SeverityOf(Text(vulnerability, "Severity")),
                Text(vulnerability, "PkgName"),
                Text(vulnerability, "InstalledVersion"),
                Text(vulnerability, "FixedVersion")
            );
        }
    }

    private static IEnumerable<Finding> Grype(JsonElement root)
    {
        if (root.GetProperty("matches").ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
        {
            throw new FormatException("Grype's matches is no list");
        }

        foreach (var match in Items(root, "matches"))
        {
            var (vulnerability, artifact) = (match.GetProperty("vulnerability"), match.GetProperty("artifact"));
            var isFixed = vulnerability.TryGetProperty("fix", out var fix) && Text(fix, "state") == "fixed";
            yield return new Finding(
                Text(vulnerability, "id"),
                [.. Items(match, "relatedVulnerabilities").Select(r => Text(r, "id"))],
                SeverityOf(Text(vulnerability, "severity")),
                Text(artifact, "name"),
                Text(artifact, "version"),
                isFixed ? string.Join(", ", Items(fix, "versions").Select(v => v.GetString())) : ""
            );
        }
    }

    private static IEnumerable<Finding> Osv(JsonElement root)
    {
        if (root.GetProperty("results").ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
        {
            throw new FormatException("OSV-Scanner's results is no list");
        }

        foreach (var found in Items(root, "results").SelectMany(r => Items(r, "packages")))
        {
            var package = found.GetProperty("package");
            var vulnerabilities = Items(found, "vulnerabilities")
                .DistinctBy(v => Text(v, "id"), StringComparer.Ordinal)
                .ToDictionary(v => Text(v, "id"), StringComparer.Ordinal);
            // One group is one vulnerability under all its names.
            foreach (var group in Items(found, "groups"))
            {
                var ids = Items(group, "ids").Select(i => i.GetString() ?? "").ToList();
                var known = ids.Where(vulnerabilities.ContainsKey).Select(id => vulnerabilities[id]).ToList();
                yield return new Finding(
                    ids[0],
                    [.. ids.Skip(1), .. Items(group, "aliases").Select(a => a.GetString() ?? "")],
                    OsvSeverity(group, known),
                    Text(package, "name"),
                    Text(package, "version"),
                    known.SelectMany(v => FixesOf(v, Text(package, "name"))).FirstOrDefault() ?? ""
                );
            }
        }
    }

    /// <summary>CVSS's own bounds (v3.1, section 5); else the database's word.</summary>
    private static Severity OsvSeverity(JsonElement group, IEnumerable<JsonElement> vulnerabilities)
    {
        if (
            double.TryParse(
                Text(group, "max_severity"),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var score
            )
        )
        {
            return score switch
            {
                >= 9 => Severity.Critical,
                >= 7 => Severity.High,
                >= 4 => Severity.Medium,
                > 0 => Severity.Low,
                _ => Severity.Unknown,
            };
        }

        return vulnerabilities
            .Select(v =>
                v.TryGetProperty("database_specific", out var specific)
                    ? SeverityOf(Text(specific, "severity"))
                    : Severity.Unknown
            )
            .DefaultIfEmpty(Severity.Unknown)
            .Max();
    }

    private static IEnumerable<string> FixesOf(JsonElement vulnerability, string package) =>
        Items(vulnerability, "affected")
            .Where(a =>
                !a.TryGetProperty("package", out var p)
                || string.Equals(Text(p, "name"), package, StringComparison.OrdinalIgnoreCase)
            )
            .SelectMany(a => Items(a, "ranges"))
            .SelectMany(r => Items(r, "events"))
            .Select(e => Text(e, "fixed"))
            .Where(v => v.Length > 0);

    private static Severity SeverityOf(string word) =>
        word.ToUpperInvariant() switch
        {
            "CRITICAL" => Severity.Critical,
            "HIGH" or "IMPORTANT" => Severity.High,
            "MEDIUM" or "MODERATE" => Severity.Medium,
            "LOW" or "NEGLIGIBLE" => Severity.Low,
            _ => Severity.Unknown,
        };

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : [];

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
}
