using System.Globalization;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Contents.Layers;

/// <summary>Holds what an image says of its packages against what its layers say.</summary>
internal static class LayerCheck
{
    /// <summary>Bounds the packages that are named.</summary>
    private const int MostNamed = 5;

    /// <summary>
    /// Returns the image's own list, with what only its layers name; or, where dpkg's list in the layers is another,
    /// that the image isn't believed. Without <paramref name="layers"/> it is returned as it is.
    /// </summary>
    /// <remarks>
    /// dpkg has one list, and the image's newest layer of it is the truth. A Python distribution that the image doesn't
    /// name may lie where its own Python doesn't look (another interpreter, an environment): it is named, and no lie.
    /// </remarks>
    public static ContentsReading Apply(ContentsReading reading, LayerFindings? layers)
    {
        if (layers is null || reading is not ContentsReading.Listed(var list))
        {
            return reading;
        }

        var mine = list.Packages.Where(p => p.Kind == PackageKind.Dpkg).ToDictionary(Identity);
        var theirs = (layers.Dpkg ?? [.. mine.Values]).DistinctBy(Identity).ToDictionary(Identity);
        if (!mine.Keys.ToHashSet().SetEquals(theirs.Keys))
        {
            return new ContentsReading.Absent(
                ImageReason.ContentsKnown.ListContradicted,
                "dpkg's list in the image's layers isn't the one that the image gives"
                    + Said("only the layers have", theirs, mine)
                    + Said("only the image names", mine, theirs)
            );
        }

        var named = list.Packages.Where(p => p.Kind == PackageKind.Python).Select(p => (p.Name, p.Version)).ToHashSet();
        return new ContentsReading.Listed(
            list with
            {
                Layers = new LayersRead(
                    layers.Read,
                    layers.Unread,
                    [.. layers.Python.Where(p => !named.Contains((p.Name, p.Version))).DistinctBy(Identity)]
                ),
            }
        );
    }

    private static (string, string, string) Identity(Package package) =>
        (package.Name, package.Version, package.Architecture);

    private static string Said(
        string lead,
        Dictionary<(string, string, string), Package> of,
        Dictionary<(string, string, string), Package> other
    )
    {
        var found = of.Where(p => !other.ContainsKey(p.Key)).Select(p => $"{p.Value.Name} {p.Value.Version}").ToList();
        return found.Count == 0
            ? ""
            : $"; {lead} {string.Join(", ", found.Take(MostNamed))}"
                + (
                    found.Count > MostNamed
                        ? string.Create(CultureInfo.InvariantCulture, $" and {found.Count - MostNamed} more")
                        : ""
                );
    }
}
