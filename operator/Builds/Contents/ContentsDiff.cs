using System.Globalization;
using GemmaOperator.Api.Contents;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Contents;

/// <summary>Holds what differs between two lists of packages: the counts, and the most important changes.</summary>
/// <param name="Added">Packages that only the new list has.</param>
/// <param name="Upgraded">Packages with another version, up or down, or from another place.</param>
/// <param name="Removed">Packages that only the old list has.</param>
/// <param name="Changes">As many as were asked for: new Python distributions, then the most important.</param>
internal sealed record ContentsDiff(int Added, int Upgraded, int Removed, IReadOnlyList<PackageChange> Changes)
{
    public static readonly ContentsDiff None = new(0, 0, 0, []);

    /// <summary>Gets the Python distributions that only the new list has.</summary>
    public int NewPython { get; init; }

    /// <summary>Bounds what is told of one version: several stand in a row where a package is there twice.</summary>
    private const int MostOfVersion = 200;

    /// <summary>Renders the counts, as in <c>+1 ~9 -0</c>.</summary>
    public string Summary => string.Create(CultureInfo.InvariantCulture, $"+{Added} ~{Upgraded} -{Removed}");

    /// <summary>Compares two lists; each package counts once, whatever the number of its versions.</summary>
    /// <param name="old">The list before.</param>
    /// <param name="now">The list after.</param>
    /// <param name="most">Bounds the changes that are told.</param>
    public static ContentsDiff Between(PackageList old, PackageList now, int most = ContentsStatus.MostChanges)
    {
        var (before, after) = (old.Packages.ToLookup(p => p.Key), now.Packages.ToLookup(p => p.Key));
        var changes = new List<PackageChange>();
        var (added, upgraded, removed) = (0, 0, 0);
        foreach (var group in after)
        {
            if (!before.Contains(group.Key))
            {
                added++;
                changes.Add(Change(group.Key, "", Versions(group)));
            }
            else if (!before[group.Key].Select(p => p.Text).SequenceEqual(group.Select(p => p.Text)))
            {
                upgraded++;
                changes.Add(Moved(group.Key, [.. before[group.Key]], [.. group]));
            }
        }

        foreach (var group in before.Where(g => !after.Contains(g.Key)))
        {
            removed++;
            changes.Add(Change(group.Key, Versions(group), ""));
        }

        return new ContentsDiff(
            added,
            upgraded,
            removed,
            [
                .. changes
                    .OrderByDescending(IsNewPython)
                    .ThenBy(c => PackageImportance.Of(c.Kind.Value!.Value, c.Name.Split(':')[0]))
                    .ThenBy(c => c.Kind.Value)
                    .ThenBy(c => c.Name, StringComparer.Ordinal)
                    .Take(most),
            ]
        )
        {
            NewPython = changes.Count(IsNewPython),
        };
    }

    /// <summary>What comes in by itself with what was asked for is what people should hear of first.</summary>
    private static bool IsNewPython(PackageChange change) =>
        change is { Kind.Value: PackageKind.Python, Old.Length: 0 };

    /// <summary>Names the origin where the versions are the same and only that differs.</summary>
    private static PackageChange Moved(
        (PackageKind Kind, string Name, string Architecture) key,
        IReadOnlyList<Package> old,
        IReadOnlyList<Package> now
    ) =>
        Versions(old) != Versions(now)
            ? Change(key, Versions(old), Versions(now))
            : Change(key, Versions(old, WithOrigin), Versions(now, WithOrigin));

    private static string WithOrigin(Package package) =>
        package.Origin == PackageOrigin.Unknown
            ? $"{package.Version} (of unknown origin)"
            : $"{package.Version} ({package.Origin.Text})";

    private static string Versions(IEnumerable<Package> packages, Func<Package, string>? render = null) =>
        Truncation.Shorten(string.Join(", ", packages.Select(render ?? (p => p.Version))), MostOfVersion);

    private static PackageChange Change(
        (PackageKind Kind, string Name, string Architecture) key,
        string old,
        string now
    ) =>
        new()
        {
            Kind = key.Kind,
            // As dpkg writes a package of another architecture; the usual ones would only be noise.
            Name = key.Architecture is "" or "amd64" or "x86_64" or "all" or "noarch" or "aarch64" or "arm64"
                ? key.Name
                : $"{key.Name}:{key.Architecture}",
            Old = old,
            New = now,
        };
}
