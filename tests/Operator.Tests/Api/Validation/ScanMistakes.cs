using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Scanning;
using GemmaOperator.Api.Words;
using static Operator.Tests.Api.Validation.Specs;

namespace Operator.Tests.Api.Validation;

/// <summary>Mistakes in what a scanner is told, and in where its database comes from.</summary>
internal static class ScanMistakes
{
    private const string Field = "spec.verification.scan";

    /// <summary>Change what is found, or how it is reported, each in its own way.</summary>
    private static readonly (ScannerKind Scanner, string Flag)[] Flags =
    [
        (ScannerKind.Trivy, "--severity=LOW"),
        (ScannerKind.Trivy, "--ignorefile=/x"),
        (ScannerKind.Trivy, "--exit-code=0"),
        (ScannerKind.Trivy, "--format=table"),
        (ScannerKind.Trivy, "--server=https://elsewhere.example"),
        (ScannerKind.Trivy, "--skip-db-update"),
        (ScannerKind.Trivy, "--vex=repo"),
        (ScannerKind.Trivy, "--config=/x"),
        (ScannerKind.Trivy, "--quiet=true"),
        (ScannerKind.Trivy, "alpine:3"),
        (ScannerKind.Trivy, "-o"),
        (ScannerKind.Grype, "--only-fixed"),
        (ScannerKind.Grype, "--exclude=/usr"),
        (ScannerKind.Grype, "--offline-scan"),
        (ScannerKind.OSVScanner, "--config=/x"),
        (ScannerKind.OSVScanner, "--verbosity=loud"),
    ];

    private static readonly (ScannerKind Scanner, string Name)[] Variables =
    [
        (ScannerKind.Trivy, "TRIVY_SEVERITY"),
        (ScannerKind.Trivy, "TRIVY_IGNORE_UNFIXED"),
        (ScannerKind.Trivy, "TRIVY_DB_REPOSITORY"),
        (ScannerKind.Trivy, "TRIVY_PASSWORD"),
        (ScannerKind.Trivy, "LD_PRELOAD"),
        (ScannerKind.Trivy, "HTTPS_PROXY"),
        (ScannerKind.Trivy, "GRYPE_LOG_LEVEL"),
        (ScannerKind.Trivy, "trivy_debug"),
        (ScannerKind.Grype, "GRYPE_IGNORE"),
        (ScannerKind.Grype, "GRYPE_DB_UPDATE_URL"),
        (ScannerKind.OSVScanner, "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY"),
    ];

    public static IEnumerable<TestCaseData> All() => [.. Told(), .. Databases()];

    private static IEnumerable<TestCaseData> Told()
    {
        foreach (var (scanner, flag) in Flags)
        {
            yield return Mistake(
                $"{flag} of {scanner}",
                Scan(s => s with { Scanner = scanner, Args = [flag] }),
                $"{Field}.args[0]"
            );
        }

        foreach (var (scanner, name) in Variables)
        {
            yield return Mistake(
                $"{name} of {scanner}",
                Scan(s => s with { Scanner = scanner, Env = [Variable(name)] }),
                $"{Field}.env[0].name"
            );
        }

        yield return Mistake(
            "a scanner's variable on two lines",
            Scan(s => s with { Env = [new EnvironmentVariable { Name = "GOGC", Value = "a\nb" }] }),
            $"{Field}.env[0].value"
        );
        yield return Mistake(
            "a scanner's variable given twice",
            Scan(s => s with { Env = [Variable("GOGC"), Variable("GOGC")] }),
            $"{Field}.env[1].name"
        );
        yield return Mistake(
            "a build's variable that leaves findings out",
            BuildWith(b => b with { Env = [Variable("TRIVY_SEVERITY")] }),
            "spec.build.env[0].name"
        );
        yield return Mistake(
            "the same of another scanner",
            BuildWith(b => b with { Env = [Variable("GRYPE_ONLY_FIXED")] }),
            "spec.build.env[0].name"
        );
    }

    private static IEnumerable<TestCaseData> Databases()
    {
        yield return Mistake("a database of nowhere", Of(ScannerKind.Trivy, new ScanDatabase()), $"{Field}.database");
        yield return Mistake(
            "a database of two places",
            Of(ScannerKind.Trivy, new ScanDatabase { Repository = "r.example/db:2", Volume = Claim("a") }),
            $"{Field}.database"
        );
        yield return Mistake(
            "a Java database alone",
            Of(ScannerKind.Trivy, new ScanDatabase { JavaRepository = "r.example/db:1", Volume = Claim("a") }),
            $"{Field}.database.javaRepository"
        );
        yield return Mistake(
            "a repository for Grype",
            Of(ScannerKind.Grype, new ScanDatabase { Repository = "r.example/db:2" }),
            $"{Field}.database.repository"
        );
        yield return Mistake(
            "an address for Trivy",
            Of(ScannerKind.Trivy, new ScanDatabase { Url = "https://m.example/db" }),
            $"{Field}.database.url"
        );
        yield return Mistake(
            "an address for OSV-Scanner",
            Of(ScannerKind.OSVScanner, new ScanDatabase { Url = "https://m.example/db" }),
            $"{Field}.database"
        );
        yield return Mistake(
            "a database over plain HTTP",
            Of(ScannerKind.Grype, new ScanDatabase { Url = "http://m.example/db" }),
            $"{Field}.database.url"
        );
        yield return Mistake(
            "a database with a password",
            Of(ScannerKind.Grype, new ScanDatabase { Url = "https://me:secret@m.example/db" }),
            $"{Field}.database.url"
        );
        yield return Mistake(
            "a URL for a repository",
            Of(ScannerKind.Trivy, new ScanDatabase { Repository = "https://r.example/db" }),
            $"{Field}.database.repository"
        );
        yield return Mistake(
            "a claim with a slash",
            Of(ScannerKind.Trivy, new ScanDatabase { Volume = Claim("a/b") }),
            $"{Field}.database.volume.claimName"
        );
        yield return Mistake(
            "a folder outside of the volume",
            Of(ScannerKind.Trivy, new ScanDatabase { Volume = Claim("a") with { Path = "../b" } }),
            $"{Field}.database.volume.path"
        );
    }

    private static EnvironmentVariable Variable(string name) => new() { Name = name, Value = "1" };

    private static ScanDatabaseVolume Claim(string name) => new() { ClaimName = name };

    private static Func<
        GemmaOperator.Api.BaseImages.GemmaBaseImageSpec,
        GemmaOperator.Api.BaseImages.GemmaBaseImageSpec
    > Of(ScannerKind scanner, ScanDatabase database) => Scan(s => s with { Scanner = scanner, Database = database });
}
