using System.Globalization;
using GemmaOperator.Api.Contents;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Contents;

/// <summary>
/// Holds all packages of an image, each once and in order, with what else tells one image from another.
/// </summary>
internal sealed record PackageList
{
    /// <summary>Bounds the list: a CUDA base has some five hundred entries.</summary>
    public const int MostEntries = 50_000;

    private PackageList(IReadOnlyList<Package> packages) => Packages = packages;

    /// <summary>Gets the packages in their order.</summary>
    public IReadOnlyList<Package> Packages { get; }

    /// <summary>Gets how many entries named nothing that could be a package.</summary>
    public int Unreadable { get; init; }

    public OsRelease Os { get; init; } = OsRelease.Unknown;

    /// <summary>Gets the GPU architectures that PyTorch was compiled for, as in <c>sm_90</c>.</summary>
    public IReadOnlyList<string> CudaArchitectures { get; init; } = [];

    /// <summary>Gets the size of libtorch's directory in bytes; 0 where there is none.</summary>
    public long LibtorchBytes { get; init; }

    /// <summary>Gets the package managers whose packages couldn't be listed.</summary>
    public IReadOnlyList<PackageKind> Unsupported { get; init; } = [];

    /// <summary>
    /// Gets whether the source of each package is known: a list that an older release made has none, and scanners find
    /// too little in it.
    /// </summary>
    public bool HasSources { get; init; }

    /// <summary>
    /// Gets the files of site-packages that Python runs lines of; null where they aren't known. They are in no
    /// fingerprint: lists of releases before have none.
    /// </summary>
    public IReadOnlyList<string>? PathFiles { get; init; }

    /// <summary>Gets what the image's layers gave beside it; null where they weren't read.</summary>
    public LayersRead? Layers { get; init; }

    /// <summary>Gets whether all that the image's package managers have is in the list.</summary>
    public bool IsWhole => Unreadable == 0 && Unsupported.Count == 0;

    /// <summary>
    /// Gets the fingerprint of the packages, the system and the architectures: of what was compared, and of no size.
    /// </summary>
    public string Fingerprint =>
        field ??= new Fingerprint()
            .WithList("package", Packages.Select(p => $"{p.Kind} {p.Text}"))
            .With("os", $"{Os.Id} {Os.Version}")
            .WithList("arch", CudaArchitectures)
            .WithSet("unsupported", Unsupported.Select(k => k.ToString()))
            .With("unreadable", Unreadable == 0 ? null : Unreadable.ToString(CultureInfo.InvariantCulture))
            .ToString();

    /// <summary>Makes a list of packages in any order; one that is named twice is there once.</summary>
    public static PackageList Of(IEnumerable<Package> packages)
    {
        var sorted = packages.DistinctBy(p => (p.Kind, p.Text)).ToList();
        sorted.Sort(Package.Compare);
        return new PackageList(sorted);
    }
}
