using System.Text.RegularExpressions;
using GemmaOperator.Api.Scanning;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Scanners;

/// <summary>Says where a scanner's database comes from, other than from the scanner's own place.</summary>
internal abstract partial record DatabaseSource
{
    private const string Field = "spec.verification.scan.database";

    private DatabaseSource() { }

    /// <summary>Says that Trivy pulls it from a registry, and its index of Java archives, too, unless null.</summary>
    public sealed record Repository(ImageReference Database, ImageReference? Java) : DatabaseSource;

    /// <summary>Says that Grype fetches it from an address.</summary>
    public sealed record Address(string Url) : DatabaseSource;

    /// <summary>Says that it lies on a volume, in a folder; in its root where that is empty.</summary>
    public sealed record Volume(string Claim, string Path) : DatabaseSource;

    /// <summary>Understands what a spec says, which must be one way, and one that the scanner knows.</summary>
    public static Parsed<DatabaseSource> Parse(ScannerKind scanner, ScanDatabase given)
    {
        var (repository, java, url) = (given.Repository ?? "", given.JavaRepository ?? "", given.Url ?? "");
        List<FieldError> problems =
        [
            .. JudgeReference(".repository", repository),
            .. JudgeReference(".javaRepository", java),
            .. JudgeAddress(url),
            .. JudgeVolume(given.Volume),
        ];
        if (problems.Count > 0)
        {
            return Parsed<DatabaseSource>.Wrong(problems);
        }

        var ways = new[] { repository.Length > 0, url.Length > 0, given.Volume is not null }.Count(isGiven => isGiven);
        if (ways != 1)
        {
            return Wrong(
                "",
                $"{(ways == 0 ? "none" : "several")} of repository, url and volume is given",
                "give one of the three"
            );
        }

        if (java.Length > 0 && repository.Length == 0)
        {
            return Wrong(".javaRepository", "it is given without repository", "give both, or leave it out");
        }

        return (given.Volume, scanner) switch
        {
            ({ } volume, _) => Parsed<DatabaseSource>.Of(new Volume(volume.ClaimName, volume.Path ?? "")),
            (null, ScannerKind.Trivy) when repository.Length > 0 => Parsed<DatabaseSource>.Of(
                new Repository(ImageReference.Parse(repository), java.Length > 0 ? ImageReference.Parse(java) : null)
            ),
            (null, ScannerKind.Grype) when url.Length > 0 => Parsed<DatabaseSource>.Of(new Address(url)),
            (null, ScannerKind.OSVScanner) => Wrong(
                "",
                "OSV-Scanner asks a service, or reads files",
                "give volume, with the files of its offline mode"
            ),
            (null, ScannerKind.Trivy) => Wrong(".url", "Trivy pulls its database from a registry", "give repository"),
            _ => Wrong(".repository", "Grype fetches its database from an address", "give url"),
        };
    }

    private static IEnumerable<FieldError> JudgeVolume(ScanDatabaseVolume? volume)
    {
        if (volume is null)
        {
            yield break;
        }

        if (!Names.IsObjectName(volume.ClaimName ?? ""))
        {
            yield return Problem.At(
                $"{Field}.volume.claimName",
                $"{Quoted.Of(volume.ClaimName)} can't be the name of a PersistentVolumeClaim",
                "use lower-case letters, digits, - and ., at most 253"
            );
        }

        var path = volume.Path ?? "";
        if (path.Length > SpecBounds.ModelPath || !Folder().IsMatch(path) || Dots().IsMatch(path))
        {
            yield return Problem.At(
                $"{Field}.volume.path",
                $"{Quoted.Of(path)} isn't a path within the volume",
                "write it as in trivy/current, without . and .. parts"
            );
        }
    }

    private static IEnumerable<FieldError> JudgeReference(string field, string text) =>
        text.Length > 0 && ReferenceSyntax.OfImage(text) is { } error
            ? [Problem.At(Field + field, error.Problem, error.Remedy)]
            : [];

    private static IEnumerable<FieldError> JudgeAddress(string url) =>
        url.Length == 0 ? []
        : url.Contains('@', StringComparison.Ordinal)
            ?
            [
                Problem.At(
                    $"{Field}.url",
                    "it holds credentials, which everybody could read who may read the object or its Jobs",
                    "use an address that the cluster may read without"
                ),
            ]
        : url.Length > SpecBounds.IndexUrl || !Web().IsMatch(url)
            ?
            [
                Problem.At(
                    $"{Field}.url",
                    $"{Quoted.Of(url)} isn't an https address",
                    "write it as in https://mirror.example.com/grype/databases"
                ),
            ]
        : [];

    private static Parsed<DatabaseSource> Wrong(string field, string problem, string remedy) =>
        Parsed<DatabaseSource>.Wrong(Field + field, problem, remedy);

    [GeneratedRegex(
        @"\A([A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Folder();

    [GeneratedRegex(@"(^|/)[.][.]?(/|$)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Dots();

    [GeneratedRegex(
        @"\Ahttps://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~/%+-]*)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Web();
}
