namespace Operator.Tests.Trials.Years;

/// <summary>Describes one release of a package, as it was recorded.</summary>
/// <param name="At">When apt or pip have it (UTC); that of the first is before the year.</param>
/// <param name="Version">Its version.</param>
/// <param name="Suite">Where it came from.</param>
/// <param name="Bytes">What it weighs in a layer.</param>
/// <param name="Count">Vulnerabilities that it mends.</param>
/// <param name="Named">The newest 20 of them.</param>
internal sealed record Release(
    DateTime At,
    string Version,
    Suite Suite,
    long Bytes,
    int Count,
    IReadOnlyList<string> Named
)
{
    /// <summary>
    /// Gets the severity that the year gives to what it mends. Debian's security team uploads what matters; the rest
    /// waits for a point release. Releases on PyPI count as what matters.
    /// </summary>
    public string Severity => Suite is Suite.Release ? "Medium" : "High";
}
