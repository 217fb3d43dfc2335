using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs.Pip;

namespace GemmaOperator.Builds.Inputs.Locks;

/// <summary>
/// Holds what the name of a wheel says: of which package it is, and on which systems it runs
/// (<c>name-version[-build]-python-abi-platform.whl</c>).
/// </summary>
/// <param name="Package">Name of the package, normalised.</param>
/// <param name="Tags">Its platforms, of which one is enough.</param>
internal sealed record WheelName(string Package, IReadOnlyList<string> Tags)
{
    private const string Ending = ".whl";

    /// <summary>Reads a file's name; null when it isn't that of a wheel.</summary>
    public static WheelName? Parse(string file)
    {
        if (!file.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var parts = file[..^Ending.Length].Split('-');
        return parts.Length is 5 or 6 && Array.TrueForAll(parts, p => p.Length > 0)
            ? new WheelName(PinnedRequirement.Normalize(parts[0]), parts[^1].ToLowerInvariant().Split('.'))
            : null;
    }

    /// <summary>Decides whether it may run on a platform; which Python it is for pip knows.</summary>
    public bool RunsOn(Platform platform) =>
        Tags.Any(tag =>
            tag == "any"
            || (
                (
                    tag.StartsWith("linux_", StringComparison.Ordinal)
                    || tag.StartsWith("manylinux", StringComparison.Ordinal)
                    || tag.StartsWith("musllinux", StringComparison.Ordinal)
                ) && tag.EndsWith(platform == Platform.LinuxArm64 ? "_aarch64" : "_x86_64", StringComparison.Ordinal)
            )
        );
}
