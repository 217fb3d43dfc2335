using System.Buffers;
using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Locks;

/// <summary>Reads one package of a lock as the line that pip is given.</summary>
internal static class LockedPackage
{
    /// <summary>Names the distribution that the base brings.</summary>
    public const string Torch = "torch";

    /// <summary>Lists what ends a name in a line of requirements.</summary>
    private static readonly SearchValues<char> EndsOfNames = SearchValues.Create(" \t=<>!~;[]()@,");

    private const string FromIndex = "publish it in an index, with a wheel, and lock that";

    /// <summary>Lists where a package may be that no index with hashes gives, and what it is then.</summary>
    private static readonly (string Key, string What)[] Foreign =
    [
        ("vcs", "a repository of source code, whose build nothing locks"),
        ("directory", "a folder of the machine that made the lock"),
        ("archive", "an address that no index vouches for"),
    ];

    /// <summary>Reads it; null when something is wrong, which is told.</summary>
    /// <param name="package">The table.</param>
    /// <param name="line">Its line, from 1; 0 where nobody knows.</param>
    /// <param name="terms">What it must go with.</param>
    public static PinnedRequirement? Read(LockTable package, int line, LockTerms terms)
    {
        if (package.Needed("name") is not { } name)
        {
            return null;
        }

        var foreign = Array.Find(Foreign, f => package.Has(f.Key));
        if (foreign.Key is not null)
        {
            package.Wrong(foreign.Key, $"{Quoted.Of(name)} is {foreign.What}", FromIndex);
            return null;
        }

        var version = package.Needed("version");
        var marker = package.Text("marker") is { } text && text.Trim().Length > 0 ? text.Trim() : null;
        if (marker is not null && LockMarker.ProblemOf(marker) is { } wrong)
        {
            package.Wrong("marker", wrong.Problem, wrong.Remedy);
            return null;
        }

        CheckIndex(package, terms);
        if (version is null || LineOf(package, name, version, marker, line) is not { } requirement)
        {
            return null;
        }

        if (requirement is { NormalizedName: Torch, Marker: null } && !terms.KeepTorch(version))
        {
            package.Wrong(
                "version",
                $"torch is {Quoted.Of(version)} here, and the base's {Quoted.Of(terms.Pytorch)} can't be replaced",
                $"lock with torch=={terms.Pytorch}, or leave torch out of the lock"
            );
        }

        return LockedWheels.Read(package, requirement, terms.Platforms) is { Count: > 0 } hashes
            ? requirement with
            {
                Hashes = hashes,
            }
            : null;
    }

    private static void CheckIndex(LockTable package, LockTerms terms)
    {
        if (package.Text("index") is not { } index)
        {
            return;
        }

        if (LockUrl.ProblemOf(index) is { } wrong)
        {
            package.Wrong("index", wrong.Problem, wrong.Remedy);
        }
        else if (!terms.Have(index))
        {
            package.Wrong(
                "index",
                $"{Quoted.Of(index)} isn't an index of the spec",
                "name it in spec.requirements.extraIndexURLs"
            );
        }
    }

    /// <summary>
    /// Reads name, version and marker as the line that they become: what pip is given has one grammar.
    /// </summary>
    private static PinnedRequirement? LineOf(LockTable package, string name, string version, string? marker, int line)
    {
        if (name.AsSpan().ContainsAny(EndsOfNames))
        {
            package.Wrong("name", $"{Quoted.Of(name)} isn't a package's name", "write the name alone");
            return null;
        }

        if (VersionClause.ProblemOf("==", version) is { } wrong || version.Contains('*'))
        {
            package.Wrong("version", $"{Quoted.Of(version)} isn't one version", "write one such as 1.2.3");
            return null;
        }

        var read = RequirementLine.Parse(
            marker is null ? $"{name}=={version}" : $"{name}=={version} ; {marker}",
            line,
            package.Path
        );
        if (read.TryGet(out var requirement) && requirement is { IsPinned: true, Hashes.Count: 0 })
        {
            return requirement;
        }

        var said = read.Problems.Count > 0 ? read.Problems[0] : null;
        package.Problems.Add(
            package.Path,
            said?.Problem ?? $"{Quoted.Of(name)} isn't one version of one package",
            said?.Remedy ?? "write name and version alone"
        );
        return null;
    }
}
