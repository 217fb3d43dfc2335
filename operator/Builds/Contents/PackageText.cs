using System.Text.Json;
using System.Text.RegularExpressions;
using GemmaOperator.Api.Contents;

namespace GemmaOperator.Builds.Contents;

/// <summary>Judges texts of strangers that claim to be packages.</summary>
internal static partial class PackageText
{
    /// <summary>Returns a text; null where there is none, or it holds half a surrogate pair.</summary>
    public static string? Of(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Returns the package that three texts name; null where they name none.</summary>
    /// <param name="kind">Which list it stands in.</param>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="detail">Its origin in a list of Python's, its architecture in another.</param>
    public static Package? Package(PackageKind kind, string? name, string? version, string? detail)
    {
        if (name is null || version is null || detail is null || !Name().IsMatch(name) || !Version().IsMatch(version))
        {
            return null;
        }

        if (kind == PackageKind.Python)
        {
            return PackageOrigin.TryParse(detail, out var origin)
                ? new Package(kind, Normalize(name), version, "", origin)
                : null;
        }

        // What rpm says of its keys, which have none.
        var architecture = detail == "(none)" ? "" : detail;
        return Architecture().IsMatch(architecture)
            ? new Package(kind, name, version, architecture, PackageOrigin.Unknown)
            : null;
    }

    /// <summary>
    /// Reads the source of a package: nothing where it is the package itself, its name, or its name and version. Null
    /// where the text is none of these.
    /// </summary>
    public static PackageSource? Source(Package package, string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length == 0)
        {
            return new PackageSource(package.Name, package.Version);
        }

        var parts = text.Split(' ');
        return parts.Length <= 2 && parts.All(p => p.Length > 0) && Name().IsMatch(parts[0])
            ? parts is [_, var version]
                ? Version().IsMatch(version)
                    ? new PackageSource(parts[0], version)
                    : null
                : new PackageSource(parts[0], package.Version)
            : null;
    }

    /// <summary>Renders the source of a package as <see cref="Source"/> reads it.</summary>
    public static string Of(Package package) =>
        package.Source == new PackageSource(package.Name, package.Version) ? ""
        : package.Source.Version == package.Version ? package.Source.Name
        : $"{package.Source.Name} {package.Source.Version}";

    /// <summary>Normalizes the name of a Python distribution (PEP 503).</summary>
    private static string Normalize(string name) => Separators().Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9+._~-]{0,213}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9+._~:!^-]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Version();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{0,32}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Architecture();

    [GeneratedRegex("[-_.]+", RegexOptions.NonBacktracking)]
    private static partial Regex Separators();
}
