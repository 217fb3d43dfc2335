using System.Security.Cryptography;
using System.Text;
using GemmaOperator.Api.Updates;
using StandIns;

namespace Operator.Tests.Trials.Years;

/// <summary>Holds which release of each recorded package an image has, by its place among them.</summary>
internal sealed class Contents
{
    private readonly IReadOnlyList<int> _at;

    private Contents(IReadOnlyList<int> at) => _at = at;

    /// <summary>Gets what stands for it: equal contents have equal ones.</summary>
    public string Fingerprint =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', _at))));

    private static IReadOnlyList<RecordedPackage> Packages => History.Year.Packages;

    /// <summary>Returns what a build of everything brings.</summary>
    /// <param name="wish">What the object asks for.</param>
    /// <param name="now">When it is built (UTC).</param>
    public static Contents Of(Wish wish, DateTime now) =>
        new([.. Packages.Select(p => p.Newest(now, wish.PolicyOf(p)))]);

    /// <summary>Returns what a patch brings onto it.</summary>
    public Contents Patched(Wish wish, DateTime now) => new([.. _at.Zip(Of(wish, now)._at, Math.Max)]);

    /// <summary>Tells whether it has a release of a package, or a newer one.</summary>
    public bool Has(RecordedPackage package, int release) => _at[IndexOf(package)] >= release;

    /// <summary>Lists what it holds, as a candidate does.</summary>
    public IReadOnlyList<SimulatedPackage> List() =>
        [
            new("python", "torch", "2.10.0", "index"),
            .. Packages.Zip(_at, (package, at) => Simulated(package, package.Releases[at].Version)),
        ];

    /// <summary>Lists what a build would bring, with the version that is there and the new one.</summary>
    /// <param name="asked">What is asked about.</param>
    /// <param name="now">When (UTC).</param>
    public IReadOnlyList<(SimulatedPackage Now, string New)> Outdated(Wish asked, DateTime now)
    {
        var newest = Patched(asked, now);
        return
        [
            .. Packages
                .Select((package, i) => (package, Then: _at[i], Now: newest._at[i]))
                .Where(p => p.Now > p.Then)
                .Select(p =>
                    (Simulated(p.package, p.package.Releases[p.Then].Version), p.package.Releases[p.Now].Version)
                ),
        ];
    }

    /// <summary>Counts the bytes above what was there before: what moved, and dpkg's list with its copy.</summary>
    public long BytesSince(Contents before)
    {
        var moved = Packages.Where((_, i) => _at[i] != before._at[i]).ToList();
        return moved.Sum(p => p.Releases[_at[IndexOf(p)]].Bytes)
            + (moved.Any(p => !p.IsPython) ? 2 * History.Year.PackageList : 0);
    }

    /// <summary>
    /// Counts the bytes of all layers above the base: what the spec lists, updates since the base's release, the
    /// requirements.
    /// </summary>
    public long BytesOfAll()
    {
        var year = History.Year;
        var updated = Packages.Where((p, i) => p is { IsPython: false, IsListed: false } && _at[i] > 0).ToList();
        return year.SystemPackages
            + (2 * year.PackageList)
            + updated.Sum(p => p.Releases[_at[IndexOf(p)]].Bytes)
            + (updated.Count > 0 ? 2 * year.PackageList : 0)
            + year.Pinned
            + Packages.Where(p => p.IsPython).Sum(p => p.Releases[_at[IndexOf(p)]].Bytes);
    }

    private static SimulatedPackage Simulated(RecordedPackage package, string version) =>
        package.IsPython
            ? new SimulatedPackage("python", package.Name, version, "index")
            : new SimulatedPackage("dpkg", package.Name, version, "amd64", $"{package.Name} {version}");

    private static int IndexOf(RecordedPackage package) => Places[package.Name];

    private static Dictionary<string, int> Places { get; } =
        History.Year.Packages.Select((p, i) => (p.Name, i)).ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);
}
