using System.Globalization;
using StandIns;

namespace Operator.Tests.Trials.Years;

/// <summary>
/// Holds a year of Debian bookworm and PyPI as it was: which packages moved when, what they weigh, and which
/// vulnerabilities they mend. <c>benchmarks/Patches</c> has it, and says where it is from.
/// </summary>
internal sealed class History
{
    /// <summary>Is when the base was released, and the first image is built: a Monday.</summary>
    public static readonly DateTime First = new(2025, 8, 18, 9, 0, 0, DateTimeKind.Utc);

    /// <summary>Is how long scanners' databases take to know what a release mends.</summary>
    private static readonly TimeSpan DatabaseLag = TimeSpan.FromHours(12);

    private readonly List<(DateTime Known, SimulatedAdvisory Advisory)> _advisories;

    private History()
    {
        var sizes = Rows("history.tsv");
        var fixes = Rows("fixes.tsv").ToLookup(row => row[0], StringComparer.Ordinal);
        SystemPackages = sizes.Where(row => row[0] == "spec-packages").Sum(Bytes);
        PackageList = sizes.Where(row => row[0] == "dpkg-status").Sum(Bytes);
        Pinned = sizes.Where(row => row[0] == "pinned-wheel").Sum(Bytes);
        Packages =
        [
            .. sizes
                .Where(row => row[0] is "deb" or "spec-deb")
                .Select(row => new RecordedPackage(
                    row[1],
                    IsPython: false,
                    row[0] == "spec-deb",
                    [.. fixes[row[1]].Select(fix => Read(fix, Bytes(row)))]
                )),
            .. sizes
                .Where(row => row[0] == "wheel")
                .GroupBy(row => row[1], StringComparer.Ordinal)
                .Select(rows => new RecordedPackage(
                    rows.Key,
                    IsPython: true,
                    IsListed: true,
                    [.. rows.OrderBy(row => row[3], StringComparer.Ordinal).Select(row => Wheel(row, fixes[rows.Key]))]
                )),
        ];
        _advisories = [.. Packages.SelectMany(Advisories)];
    }

    /// <summary>Gets the one year there is.</summary>
    public static History Year { get; } = new();

    public IReadOnlyList<RecordedPackage> Packages { get; }

    /// <summary>Gets the bytes of the layer of what a spec lists.</summary>
    public long SystemPackages { get; }

    /// <summary>Gets the bytes of dpkg's list of packages, which every layer of it has twice, old and new.</summary>
    public long PackageList { get; }

    /// <summary>Gets the bytes of the wheels that a spec pins.</summary>
    public long Pinned { get; }

    /// <summary>Returns what a scanner's database knows at a time, worst first.</summary>
    public IReadOnlyList<SimulatedAdvisory> AdvisoriesAt(DateTime now) =>
        [
            .. _advisories
                .Where(a => a.Known <= now)
                .Select(a => a.Advisory)
                .OrderBy(a => a.Severity, StringComparer.Ordinal)
                .ThenBy(a => a.Id, StringComparer.Ordinal),
        ];

    /// <summary>What a release mends, each release before it has.</summary>
    private static IEnumerable<(DateTime, SimulatedAdvisory)> Advisories(RecordedPackage package) =>
        package.Releases.SelectMany(
            (release, at) =>
                release.Named.SelectMany(id =>
                    package
                        .Releases.Take(at)
                        .Select(before =>
                            (
                                release.At + DatabaseLag,
                                new SimulatedAdvisory(
                                    id,
                                    release.Severity,
                                    package.Name,
                                    before.Version,
                                    release.Version
                                )
                            )
                        )
                )
        );

    private static Release Read(string[] fix, long bytes) =>
        new(
            Noon(fix[1]),
            fix[2],
            Enum.Parse<Suite>(fix[3], ignoreCase: true),
            bytes,
            int.Parse(fix[4], NumberStyles.None, CultureInfo.InvariantCulture),
            fix.Length > 5 ? fix[5].Split(' ') : []
        );

    /// <summary>A distribution whose version isn't recorded has its day for one.</summary>
    private static Release Wheel(string[] row, IEnumerable<string[]> fixes) =>
        fixes.FirstOrDefault(fix => fix[1] == row[3]) is { } known
            ? Read(known, Bytes(row))
            : new Release(Noon(row[3]), row[3].Replace('-', '.'), Suite.Pypi, Bytes(row), 0, []);

    private static long Bytes(string[] row) => long.Parse(row[2], CultureInfo.InvariantCulture);

    private static DateTime Noon(string day) =>
        DateTime
            .ParseExact(
                day,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal
            )
            .AddHours(12);

    private static List<string[]> Rows(string file)
    {
        using var stream = typeof(History).Assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        return
        [
            .. reader
                .ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line[0] != '#')
                .Select(line => line.Split('\t')),
        ];
    }
}
