using GemmaOperator.Api.Contents;

namespace GemmaOperator.Builds.Contents;

/// <summary>
/// Represents one package of an image; no text in it can be anything but printable ASCII without spaces.
/// </summary>
/// <param name="Kind">Which list it stands in.</param>
/// <param name="Name">Its name; of Python distributions the normalized one (PEP 503).</param>
/// <param name="Version">Its version.</param>
/// <param name="Architecture">Its architecture; empty for Python.</param>
/// <param name="Origin">Where a Python distribution came from; unknown for others.</param>
internal sealed record Package(PackageKind Kind, string Name, string Version, string Architecture, PackageOrigin Origin)
{
    /// <summary>
    /// Gets the source package that it was built from, by which advisories name what is vulnerable; itself where
    /// nothing else was said. It tells no package from another: the version does.
    /// </summary>
    public PackageSource Source { get; init; } = new(Name, Version);

    /// <summary>Gets what a package is found by in another list.</summary>
    public (PackageKind Kind, string Name, string Architecture) Key => (Kind, Name, Architecture);

    /// <summary>Orders packages by all that they are, so that equal lists are equal line by line.</summary>
    public static int Compare(Package one, Package other)
    {
        var kinds = one.Kind.CompareTo(other.Kind);
        return kinds != 0 ? kinds : string.CompareOrdinal(one.Text, other.Text);
    }

    /// <summary>Gets all that it is in one line.</summary>
    public string Text => field ??= $"{Name} {Version} {Architecture} {Origin.Text}";
}
