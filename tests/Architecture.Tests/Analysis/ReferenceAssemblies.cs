using Microsoft.CodeAnalysis;

namespace Architecture.Tests.Analysis;

/// <summary>Gives what this test runs with, the projects' assemblies among it, as references to bind against.</summary>
internal static class ReferenceAssemblies
{
    private static readonly Dictionary<string, MetadataReference> ByName = (
        (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? ""
    )
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .DistinctBy(Path.GetFileNameWithoutExtension, StringComparer.Ordinal)
        .ToDictionary(
            p => Path.GetFileNameWithoutExtension(p),
            MetadataReference (p) => MetadataReference.CreateFromFile(p),
            StringComparer.Ordinal
        );

    /// <summary>Gets all but one: the sources that are bound take its place.</summary>
    public static IEnumerable<MetadataReference> Without(string assembly) =>
        ByName.Where(r => r.Key != assembly).Select(r => r.Value);
}
