using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests.Analysis;

/// <summary>Binds the sources of a project with the compiler, and finds which file uses which symbol.</summary>
internal sealed class BoundProject
{
    private const string GlobalUsings = "global usings";

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14, DocumentationMode.Parse);

    private static readonly ConcurrentDictionary<string, Lazy<BoundProject>> Bound = new(StringComparer.Ordinal);

    private readonly HashSet<string> _paths;
    private readonly CSharpCompilation _compilation;
    private readonly Lazy<List<ReferenceReader>> _read;

    public BoundProject(SourceProject project)
    {
        _paths = project.Files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var usings = string.Concat(project.GlobalUsings.Select(u => $"global using {u};\n"));
        _compilation = CSharpCompilation.Create(
            project.AssemblyName,
            [.. project.Files.Concat(project.Linked).Select(f => Parse(f.Text, f.Path)), Parse(usings, GlobalUsings)],
            ReferenceAssemblies.Without(project.AssemblyName),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        _read = new(Read);
    }

    /// <summary>Gets every use of a symbol by a file of the project itself, each symbol once a file.</summary>
    public IEnumerable<Reference> References => _read.Value.SelectMany(r => r.References);

    /// <summary>Gets the uses between two files of the project.</summary>
    public IEnumerable<Edge> Edges =>
        from reference in References
        from declaration in Declarations(reference.Symbol)
        let to = declaration.SyntaxTree.FilePath
        where to != reference.File && _paths.Contains(to)
        select new Edge(reference, to);

    /// <summary>Gets the names that the compiler can't make out, with their places: they make no references.</summary>
    public IEnumerable<string> Unresolved => _read.Value.SelectMany(r => r.Unresolved);

    /// <summary>Returns the places of collection expressions with elements that make something of a type.</summary>
    public IEnumerable<string> CollectionsOf(string type) =>
        from tree in _compilation.SyntaxTrees
        where _paths.Contains(tree.FilePath)
        let model = _compilation.GetSemanticModel(tree)
        from list in tree.GetRoot().DescendantNodes().OfType<CollectionExpressionSyntax>()
        where list.Elements.Count > 0 && model.GetTypeInfo(list).ConvertedType?.Name == type
        select $"{tree.FilePath}:{list.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    /// <summary>Binds a project of the checkout, once a run.</summary>
    public static BoundProject Of(string project) =>
        Bound.GetOrAdd(project, name => new(() => new BoundProject(SourceProject.All[name]))).Value;

    /// <summary>Gets where a symbol is declared; an implicit member is where its type is.</summary>
    private static IEnumerable<SyntaxReference> Declarations(ISymbol symbol)
    {
        for (ISymbol? s = symbol; s is not null and not INamespaceSymbol; s = s.ContainingSymbol)
        {
            if (!s.DeclaringSyntaxReferences.IsEmpty)
            {
                return s.DeclaringSyntaxReferences;
            }
        }

        return [];
    }

    private static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, ParseOptions, path);

    private List<ReferenceReader> Read() =>
        [
            .. _compilation
                .SyntaxTrees.Where(t => _paths.Contains(t.FilePath))
                .AsParallel()
                .AsOrdered()
                .Select(t => new ReferenceReader(_compilation.GetSemanticModel(t))),
        ];
}
