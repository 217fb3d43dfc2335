namespace Architecture.Tests;

/// <summary>
/// Says which folder may know which, for every project: a folder knows those of the lines above it, never one of its own
/// line or below. "." is the project's own folder.
/// </summary>
internal static class Layers
{
    /// <summary>Gets the lines of each project, the one that all others may know first.</summary>
    public static IReadOnlyDictionary<string, string> Of { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["runtime"] = """
                Contracts
                """,
            ["operator"] = """
                Text
                """,
            ["inference"] = """
                Text
                """,
            ["LocalCluster"] = """
                Json
                """,
            ["samples/quickstart"] = """
                .
                """,
            ["benchmarks"] = """
                .
                """,
        };

    /// <summary>
    /// Gets what the lines would allow and isn't wanted: what is said of foreign objects knows no registry, and the
    /// steps of a build don't know each other.
    /// </summary>
    public static IReadOnlyList<(string Project, string From, string To)> Never { get; } =
    [("operator", "Cluster", "Registry"), ("operator", "Builds", "BaseImages"), ("operator", "Api", "Cluster")];

    /// <summary>Gets which of the other projects each may know; a new one needs a place here.</summary>
    public static IReadOnlyDictionary<string, string[]> Projects { get; } =
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["runtime"] = [],
            ["inference"] = [],
            ["LocalCluster"] = [],
            ["operator"] = ["runtime"],
            ["samples/quickstart"] = ["operator", "runtime", "LocalCluster"],
            ["benchmarks"] = ["operator", "runtime", "LocalCluster", "inference"],
        };

    /// <summary>Gives the place of each folder, counted from the line that all may know.</summary>
    public static IReadOnlyDictionary<string, int> Places(string project) =>
        Of[project]
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .SelectMany((line, place) => line.Split(' ').Select(folder => (folder, place)))
            .ToDictionary(p => p.folder, p => p.place, StringComparer.Ordinal);
}
