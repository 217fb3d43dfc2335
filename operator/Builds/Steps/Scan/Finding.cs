namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>Describes one vulnerability in one package, as any of the scanners reports it.</summary>
/// <param name="Id">The scanner's name for it.</param>
/// <param name="Aliases">Other names; an exception may use any of them.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Package">Name of the package.</param>
/// <param name="Installed">Version in the image.</param>
/// <param name="Fixed">Version that mends it; empty when there is none.</param>
internal sealed record Finding(
    string Id,
    IReadOnlyList<string> Aliases,
    Severity Severity,
    string Package,
    string Installed,
    string Fixed
)
{
    public bool IsNamed(ISet<string> names) => names.Contains(Id) || Aliases.Any(names.Contains);
}
