using System.Globalization;

namespace Benchmarks.Patches;

/// <summary>Holds when packages moved, and what they weigh in a layer: <c>history.tsv</c>.</summary>
/// <param name="SystemPackages">Bytes of the layer of what a spec lists.</param>
/// <param name="PackageList">Bytes of dpkg's list of packages, which every layer of it has twice, old and new.</param>
/// <param name="Pinned">Bytes of the wheels that a spec pins.</param>
/// <param name="Base">
/// Source packages of the base: bytes of the binary packages of each, and when it had updates.
/// </param>
/// <param name="Listed">The same of what a spec lists.</param>
/// <param name="Wheels">Distributions that no spec pins: releases of each, with their bytes.</param>
internal sealed record PackageHistory(
    long SystemPackages,
    long PackageList,
    long Pinned,
    IReadOnlyList<(long Bytes, IReadOnlyList<DateTime> Updates)> Base,
    IReadOnlyList<(long Bytes, IReadOnlyList<DateTime> Updates)> Listed,
    IReadOnlyDictionary<string, IReadOnlyList<(DateTime At, long Bytes)>> Wheels
)
{
    public static PackageHistory Read()
    {
        using var stream = typeof(PackageHistory).Assembly.GetManifestResourceStream("history.tsv")!;
        using var reader = new StreamReader(stream);
        var rows = reader
            .ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split('\t'))
            .ToLookup(row => row[0], StringComparer.Ordinal);
        return new PackageHistory(
            rows["spec-packages"].Sum(Bytes),
            rows["dpkg-status"].Sum(Bytes),
            rows["pinned-wheel"].Sum(Bytes),
            [.. rows["deb"].Select(Updates)],
            [.. rows["spec-deb"].Select(Updates)],
            rows["wheel"]
                .GroupBy(row => row[1], StringComparer.Ordinal)
                .ToDictionary(
                    one => one.Key,
                    one => (IReadOnlyList<(DateTime, long)>)[.. one.Select(row => (Day(row[3]), Bytes(row))).Order()],
                    StringComparer.Ordinal
                )
        );
    }

    private static (long, IReadOnlyList<DateTime>) Updates(string[] row) =>
        (Bytes(row), [.. row[3].Split(' ').Select(Day)]);

    private static long Bytes(string[] row) => long.Parse(row[2], CultureInfo.InvariantCulture);

    private static DateTime Day(string text) =>
        DateTime.ParseExact(
            text,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal
        );
}
