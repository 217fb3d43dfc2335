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
        var ways = new[] { repository.Length > 0, url.Length > 0, given.Volume is not null }.Count(isGiven => isGiven);
        if (ways != 1)
        {
            return Wrong("", $"{(ways == 0 ? "none" : "several")} of repository, url and volume is given", "give one");
        }

        if (java.Length > 0 && repository.Length == 0)
        {
            return Wrong(".javaRepository", "it is given without repository", "give both, or leave it out");
        }

        return (given.Volume, scanner) switch
        {
            ({ } volume, _) => ParseVolume(volume.ClaimName ?? "", volume.Path ?? ""),
            (null, ScannerKind.Trivy) when repository.Length > 0 => ParseRepository(repository, java),
            (null, ScannerKind.Grype) when url.Length > 0 => ParseAddress(url),
            (null, ScannerKind.OSVScanner) => Wrong(
                "",
                "OSV-Scanner asks a service, or reads files",
                "give volume, with the files of its offline mode"
            ),
            (null, ScannerKind.Trivy) => Wrong(".url", "Trivy pulls its database from a registry", "give repository"),
            _ => Wrong(".repository", "Grype fetches its database from an address", "give url"),
        };
    }

    private static Parsed<DatabaseSource> ParseVolume(string claim, string path) =>
        !Names.IsObjectName(claim)
            ? Wrong(
                ".volume.claimName",
                $"{Quoted.Of(claim)} can't be the name of a PersistentVolumeClaim",
                "use lower-case letters, digits, - and ., at most 253"
            )
        : path.Length > SpecBounds.ModelPath || !Folder().IsMatch(path) || Dots().IsMatch(path)
            ? Wrong(
                ".volume.path",
                $"{Quoted.Of(path)} isn't a path within the volume",
                "write it as in trivy/current, without . and .. parts"
            )
        : Parsed<DatabaseSource>.Of(new Volume(claim, path));

    private static Parsed<DatabaseSource> ParseRepository(string repository, string java)
    {
        List<FieldError> problems = [.. Judge(".repository", repository), .. Judge(".javaRepository", java)];
        return problems.Count > 0
            ? Parsed<DatabaseSource>.Wrong(problems)
            : Parsed<DatabaseSource>.Of(
                new Repository(ImageReference.Parse(repository), java.Length > 0 ? ImageReference.Parse(java) : null)
            );
    }

    private static IEnumerable<FieldError> Judge(string field, string text) =>
        text.Length > 0 && ReferenceSyntax.OfImage(text) is { } error
            ? [Problem.At(Field + field, error.Problem, error.Remedy)]
            : [];

    private static Parsed<DatabaseSource> ParseAddress(string url) =>
        url.Contains('@', StringComparison.Ordinal)
            ? Wrong(
                ".url",
                "it holds credentials, which everybody could read who may read the object or its Jobs",
                "use an address that the cluster may read without"
            )
        : url.Length <= SpecBounds.IndexUrl && Web().IsMatch(url)
            ? Parsed<DatabaseSource>.Of(new Address(url))
        : Wrong(
            ".url",
            $"{Quoted.Of(url)} isn't an https address",
            "write it as in https://mirror.example.com/grype/databases"
        );

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
