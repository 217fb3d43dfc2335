namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>Counts the findings that the lists of one image's platforms have, each once.</summary>
internal static class FindingCount
{
    /// <summary>
    /// Returns how many there are at least of a severity: those that are named, and where scans count more than they
    /// name, as many as the list has that has the most. One list's own count stands.
    /// </summary>
    /// <param name="counted">What each list counts; not empty.</param>
    /// <param name="named">Those that the lists name: two fixes of one finding count once.</param>
    public static int Of(IReadOnlyList<int> counted, IEnumerable<(string Id, string Package)> named) =>
        counted is [var only] ? only : Math.Max(counted.Max(), named.Distinct().Count());
}
