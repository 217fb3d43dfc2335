using System.Text.RegularExpressions;
using GemmaOperator.Api.Validation;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Holds the name of a Debian package, with a version where one is pinned.</summary>
internal sealed partial record SystemPackage
{
    /// <summary>Bounds the number of packages of one image.</summary>
    public const int MaxCount = SpecBounds.Packages;

    private SystemPackage(string name, string? version)
    {
        Name = name;
        Version = version;
    }

    public string Name { get; }

    public string? Version { get; }

    /// <summary>Renders the package as <c>apt-get install</c> takes it.</summary>
    public override string ToString() => Version is null ? Name : $"{Name}={Version}";

    /// <summary>Reads <c>name</c> or <c>name=version</c>.</summary>
    public static Parsed<SystemPackage> Parse(string text, string field)
    {
        var match = Pattern().Match(text);
        if (text.Length is < 2 or > SpecBounds.Package || !match.Success)
        {
            return Parsed<SystemPackage>.Wrong(
                field,
                $"{Quoted.Of(text)} isn't a Debian package",
                "write a name of lower-case letters, digits and +.- or name=version"
            );
        }

        var name = match.Groups["name"].Value;
        // apt-get reads a hyphen at the end, also behind a version, as a request to remove the
        // package (apt-get(8), install).
        if (text.EndsWith('-'))
        {
            return Parsed<SystemPackage>.Wrong(
                field,
                $"{Quoted.Of(text)} would make apt remove a package",
                "leave out the hyphen at the end"
            );
        }

        var version = match.Groups["version"];
        return Parsed<SystemPackage>.Of(new SystemPackage(name, version.Success ? version.Value : null));
    }

    /// <summary>Parses all packages, each once, sorted: their order means nothing to apt.</summary>
    public static Parsed<IReadOnlyList<SystemPackage>> ParseAll(IReadOnlyList<string>? texts, string field)
    {
        texts ??= [];
        if (texts.Count > MaxCount)
        {
            return Parsed<IReadOnlyList<SystemPackage>>.Wrong(
                field,
                $"{texts.Count} packages",
                $"list at most {MaxCount}"
            );
        }

        var parsed = texts.Select((text, i) => Parse(text ?? "", $"{field}[{i}]")).ToList();
        var problems = parsed.SelectMany(p => p.Problems).ToList();
        if (problems.Count > 0)
        {
            return Parsed<IReadOnlyList<SystemPackage>>.Wrong(problems);
        }

        var packages = parsed
            .Select(p => p.Value)
            .Distinct()
            .OrderBy(p => p.ToString(), StringComparer.Ordinal)
            .ToList();
        var twice = packages.GroupBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        return twice is null
            ? Parsed<IReadOnlyList<SystemPackage>>.Of(packages)
            : Parsed<IReadOnlyList<SystemPackage>>.Wrong(
                field,
                $"{string.Join(" and ", twice)} contradict each other",
                "list each package once"
            );
    }

    [GeneratedRegex(
        @"\A(?<name>[a-z0-9][a-z0-9+.-]*)(=(?<version>[A-Za-z0-9.+:~-]+))?\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Pattern();
}
