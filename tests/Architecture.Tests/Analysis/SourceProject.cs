using System.Xml.Linq;
using Operator.Tests.Api;

namespace Architecture.Tests.Analysis;

/// <summary>Holds the sources of one project of the checkout, and what binding them needs to know.</summary>
internal sealed record SourceProject
{
    /// <summary>Gets its folder below the checkout, with slashes.</summary>
    public required string Name { get; init; }

    public required string AssemblyName { get; init; }

    /// <summary>Gets the namespaces that every file of it uses.</summary>
    public IReadOnlyList<string> GlobalUsings { get; init; } = [];

    public required IReadOnlyList<SourceFile> Files { get; init; }

    /// <summary>Gets those that come from other folders: bound with the rest, judged where they lie.</summary>
    public IReadOnlyList<SourceFile> Linked { get; init; } = [];

    /// <summary>What the SDK adds to each file while ImplicitUsings is on.</summary>
    private static readonly string[] Implicit =
    [
        "System",
        "System.Collections.Generic",
        "System.IO",
        "System.Linq",
        "System.Net.Http",
        "System.Threading",
        "System.Threading.Tasks",
    ];

    /// <summary>Gets every project of the checkout, by name.</summary>
    public static IReadOnlyDictionary<string, SourceProject> All { get; } =
        ProjectFiles(Checkout.Root).Select(Read).ToDictionary(p => p.Name, p => p, StringComparer.Ordinal);

    /// <summary>Gets those whose layers are guarded: all but the tests.</summary>
    public static IEnumerable<string> Products => All.Keys.Where(n => !IsTest(n)).Order(StringComparer.Ordinal);

    public static bool IsTest(string project) => project.StartsWith("tests/", StringComparison.Ordinal);

    public override string ToString() => Name;

    private static SourceProject Read(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var xml = XDocument.Load(path);
        return new SourceProject
        {
            Name = Relative(Checkout.Root, folder),
            AssemblyName =
                xml.Descendants("AssemblyName").FirstOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(path),
            GlobalUsings = [.. Implicit, .. Attributes(xml, "Using", "Include")],
            Files = [.. Sources(folder).Select(f => new SourceFile(Relative(folder, f), File.ReadAllText(f)))],
            Linked =
            [
                .. Attributes(xml, "Compile", "Include")
                    .Select(link => Path.GetFullPath(Path.Combine(folder, link)))
                    .Select(f => new SourceFile(Relative(folder, f), File.ReadAllText(f))),
            ],
        };
    }

    private static IEnumerable<string> Attributes(XDocument xml, string element, string attribute) =>
        xml.Descendants(element).Select(e => e.Attribute(attribute)?.Value).OfType<string>();

    private static IEnumerable<string> ProjectFiles(string folder) =>
        Directory
            .EnumerateFiles(folder, "*.csproj")
            .Concat(Below(folder).SelectMany(ProjectFiles))
            .Order(StringComparer.Ordinal);

    /// <summary>Finds the sources of a folder and those below, up to folders that are projects themselves.</summary>
    private static IEnumerable<string> Sources(string folder) =>
        Directory
            .EnumerateFiles(folder, "*.cs")
            .Concat(Below(folder).Where(f => !Directory.EnumerateFiles(f, "*.csproj").Any()).SelectMany(Sources))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Below(string folder) =>
        Directory
            .EnumerateDirectories(folder)
            .Where(f => Path.GetFileName(f) is not ("bin" or "obj" or "node_modules") && Path.GetFileName(f)[0] != '.')
            .Where(f => new DirectoryInfo(f).LinkTarget is null);

    private static string Relative(string folder, string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');
}
