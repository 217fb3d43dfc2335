using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs.Pip;

namespace GemmaOperator.Builds.Inputs.Locks;

/// <summary>Holds what a spec says that a lock must go with.</summary>
/// <param name="Indexes">Indexes of the spec as written, the main one first; that may be empty.</param>
/// <param name="Pytorch">Version of torch that the base holds; empty where the spec doesn't say.</param>
/// <param name="Platforms">Platforms of the image.</param>
internal sealed record LockTerms(IReadOnlyList<string> Indexes, string Pytorch, IReadOnlyList<Platform> Platforms)
{
    private const string PyPI = "https://pypi.org/simple";

    /// <summary>
    /// Decides whether packages of an index are installed from one of the spec's. What stands in the place of PyPI has
    /// PyPI's files: another one has another hash, and isn't installed.
    /// </summary>
    public bool Have(string index) =>
        Normal(index) is var asked && (asked == PyPI || Indexes.Any(i => Normal(i) == asked));

    /// <summary>
    /// Decides whether a version is what the base holds of torch; a local version doesn't matter to pip.
    /// </summary>
    public bool KeepTorch(string version) => Pytorch.Length == 0 || Release(version) == Release(Pytorch);

    /// <summary>
    /// Returns the version of torch that a lock lists, where that isn't the given one; null where it has none or that.
    /// </summary>
    public static string? OtherTorch(RequirementsFile file, string version)
    {
        var locked = file
            .Requirements.Where(r => file.IsLock && r.NormalizedName == LockedPackage.Torch)
            .Select(r => r.Specifiers[0]["==".Length..])
            .ToList();
        return locked.Exists(l => Release(l) == Release(version)) ? null : locked.FirstOrDefault();
    }

    private static string Normal(string index) => index.TrimEnd('/').ToLowerInvariant();

    /// <summary>Returns a version as it is compared (PEP 440): without its local part, and zeros at its end.</summary>
    private static string Release(string version)
    {
        var plain = version.Split('+')[0].TrimStart('v', 'V').ToLowerInvariant();
        while (plain.EndsWith(".0", StringComparison.Ordinal))
        {
            plain = plain[..^2];
        }

        return plain;
    }
}
