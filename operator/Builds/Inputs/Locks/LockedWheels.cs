using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Locks;

/// <summary>
/// Reads the wheels of a package. Of those that never run on the image's platforms, which are most of a lock's bytes,
/// the hashes are left out. Sources aren't installed: what builds them is locked by nobody.
/// </summary>
internal static class LockedWheels
{
    private const string Anew = "make the lock anew with the tool that it is from";

    /// <summary>
    /// Lists what pip compares (<c>--hash</c>), with the hexadecimal digits of each; the first one is taken.
    /// </summary>
    private static readonly (string Name, int Digits)[] Algorithms = [("sha256", 64), ("sha512", 128), ("sha384", 96)];

    /// <summary>Returns the hashes, sorted; empty when something is wrong, which is told.</summary>
    public static IReadOnlyList<string> Read(
        LockTable package,
        PinnedRequirement requirement,
        IReadOnlyList<Platform> platforms
    )
    {
        var wheels = package.Tables("wheels").Select(w => ReadOne(w, requirement.NormalizedName)).ToList();
        if (wheels.Count == 0)
        {
            TellSources(package, requirement);
            return [];
        }

        var read = wheels.OfType<(WheelName Name, string Hash)>().ToList();
        if (read.Count < wheels.Count)
        {
            return [];
        }

        var lacking = platforms.Where(p => !read.Exists(w => w.Name.RunsOn(p))).ToList();
        if (lacking.Count > 0 && requirement.Marker is null)
        {
            package.Wrong(
                "wheels",
                $"none of {requirement.NormalizedName} is for {WireEnum<Platform>.From(lacking[0]).Text}",
                "lock for that platform, too, or take it out of spec.platforms"
            );
            return [];
        }

        // With a marker, and for none of the platforms, it is meant for others: pip passes it over.
        var fitting = read.Where(w => platforms.Any(w.Name.RunsOn)).ToList();
        return [.. (fitting.Count > 0 ? fitting : read).Select(w => w.Hash).Distinct().Order(StringComparer.Ordinal)];
    }

    private static void TellSources(LockTable package, PinnedRequirement requirement)
    {
        if (package.Has("sdist"))
        {
            package.Wrong(
                "sdist",
                $"{requirement.NormalizedName} comes as source alone, and what would build it isn't locked",
                "lock a version that has wheels, or build one, publish it in an index and lock that"
            );
        }
        else
        {
            package.Wrong("wheels", $"{requirement.NormalizedName} has none", Anew);
        }
    }

    private static (WheelName Name, string Hash)? ReadOne(LockTable wheel, string package)
    {
        var url = wheel.Text("url");
        if (url is not null && LockUrl.ProblemOf(url) is { } wrong)
        {
            wheel.Wrong("url", wrong.Problem, wrong.Remedy);
            return null;
        }

        if (url is null && wheel.Has("path"))
        {
            wheel.Wrong(
                "path",
                "it is a file of the machine that made the lock",
                "publish it in an index, and lock that"
            );
            return null;
        }

        var file = wheel.Text("name") ?? (url is null ? "" : Uri.UnescapeDataString(new Uri(url).Segments[^1]));
        if (WheelName.Parse(file) is not { } name || name.Package != package)
        {
            wheel.Wrong("name", $"{Quoted.Of(file)} isn't the name of a wheel of {package}", Anew);
            return null;
        }

        return ReadHash(wheel) is { } hash ? (name, hash) : null;
    }

    private static string? ReadHash(LockTable wheel)
    {
        var pairs = wheel.Table("hashes")?.Pairs().ToList() ?? [];
        foreach (var (algorithm, digits) in Algorithms)
        {
            if (pairs.Find(p => p.Key == algorithm).Value is { } value)
            {
                if (value.Length == digits && value.All(char.IsAsciiHexDigit))
                {
                    return $"{algorithm}:{value.ToLowerInvariant()}";
                }

                wheel.Wrong($"hashes.{algorithm}", $"it isn't {digits} hexadecimal digits", Anew);
                return null;
            }
        }

        wheel.Wrong(
            "hashes",
            pairs.Count == 0 ? "it has none" : "none of them is a kind that pip compares",
            "lock with sha256, or sha384 or sha512"
        );
        return null;
    }
}
