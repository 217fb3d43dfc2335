using System.Text.RegularExpressions;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Scanners;

/// <summary>Reads one flag that a user gives a scanner, as the container gets it.</summary>
internal static partial class ScannerFlag
{
    private const string Switch = "";
    private const string Levels = "error|warn|info|debug";

    /// <summary>
    /// Lists the flags that a user may give, each with the values that it takes, for both an image and a list of
    /// packages (Trivy: docs/references/configuration/cli; Grype: its command line reference; OSV-Scanner: usage).
    /// </summary>
    private static readonly Dictionary<ScannerKind, IReadOnlyDictionary<string, string>> Allowed = new()
    {
        [ScannerKind.Trivy] = Flags(
            ("debug", Switch),
            ("disable-telemetry", Switch),
            ("offline-scan", Switch),
            ("quiet", Switch),
            ("skip-version-check", Switch)
        ),
        [ScannerKind.Grype] = Flags(("quiet", Switch), ("verbose", Switch)),
        [ScannerKind.OSVScanner] = Flags(("verbosity", Levels)),
    };

    private static readonly HashSet<string> OfReports = new(StringComparer.Ordinal)
    {
        "exit-code",
        "exit-on-eol",
        "fail-on",
        "file",
        "format",
        "list-all-pkgs",
        "output",
        "output-file",
        "report",
        "table-mode",
        "template",
    };

    private static readonly HashSet<string> OfDatabases = new(StringComparer.Ordinal)
    {
        "cache-backend",
        "cache-dir",
        "db-repository",
        "download-db-only",
        "download-java-db-only",
        "download-offline-databases",
        "java-db-repository",
        "local-db-path",
        "offline",
        "offline-vulnerabilities",
        "skip-db-update",
        "skip-java-db-update",
    };

    private static readonly HashSet<string> OfServers = new(StringComparer.Ordinal)
    {
        "custom-headers",
        "server",
        "token",
        "token-header",
    };

    /// <summary>Returns the flag as it is given, <c>--name</c> or <c>--name=value</c>.</summary>
    /// <param name="scanner">The scanner.</param>
    /// <param name="text">What the spec has.</param>
    /// <param name="field">Where it stands.</param>
    public static Parsed<string> Parse(ScannerKind scanner, string text, string field)
    {
        var match = Form().Match(text);
        if (text.Length > SpecBounds.ExtraArg || !match.Success)
        {
            return Parsed<string>.Wrong(
                field,
                $"{Quoted.Of(text)} isn't a flag",
                "write --name or --name=value, one flag an entry"
            );
        }

        var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value);
        if (!Allowed[scanner].TryGetValue(name, out var values))
        {
            return Parsed<string>.Wrong(field, $"the flag --{name} isn't allowed: {WhyNot(name)}", Remedy(scanner));
        }

        return match.Groups["value"].Success == (values == Switch) || !values.Split('|').Contains(value)
            ? Parsed<string>.Wrong(
                field,
                $"{Quoted.Of(text)} isn't how --{name} is given",
                values == Switch ? $"write --{name}" : $"write --{name}= and one of {values.Replace("|", ", ")}"
            )
            : Parsed<string>.Of(text);
    }

    private static string Remedy(ScannerKind scanner) =>
        $"use one of {string.Join(", ", Allowed[scanner].Keys.Select(k => "--" + k))}, or leave it out";

    private static string WhyNot(string name) =>
        OfReports.Contains(name) ? "the operator reads the report in one form"
        : OfDatabases.Contains(name) ? "where the database comes from is said in spec.verification.scan.database"
        : OfServers.Contains(name) ? "a server would give the verdict instead of the scanner's image"
        : "it isn't known to leave what a scan finds as it is; what doesn't count is said in failOn, ignore and "
            + "ignoreUnfixed of spec.verification.scan";

    private static Dictionary<string, string> Flags(params (string Name, string Values)[] all) =>
        all.ToDictionary(f => f.Name, f => f.Values, StringComparer.Ordinal);

    [GeneratedRegex(
        @"\A--(?<name>[a-z][a-z0-9-]*)(=(?<value>[A-Za-z0-9._:/-]*))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Form();
}
