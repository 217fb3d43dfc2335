using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests.Analysis;

/// <summary>
/// Finds the symbols that a file uses, however they are written: with a using, an alias or in full, as an extension, a
/// constant, an operator or a target-typed <c>new</c>. Comments, and so crefs, aren't uses.
/// </summary>
internal sealed class ReferenceReader
{
    /// <summary>What looks like a name and isn't one.</summary>
    private static readonly HashSet<string> Words = ["var", "nameof", "notnull", "unmanaged", "_"];

    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);
    private readonly List<Reference> _references = [];
    private readonly List<string> _unresolved = [];

    public ReferenceReader(SemanticModel model)
    {
        foreach (var node in model.SyntaxTree.GetRoot().DescendantNodes())
        {
            var line = new Lazy<int>(() => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1);
            var symbols = Symbols(model, node).ToList();
            foreach (var symbol in symbols.Select(Declared).OfType<ISymbol>().Where(_seen.Add))
            {
                _references.Add(new Reference(model.SyntaxTree.FilePath, line.Value, symbol));
            }

            if (symbols.Count == 0 && node is SimpleNameSyntax name && !IsWord(name) && !IsGenerated(model, name))
            {
                _unresolved.Add($"{model.SyntaxTree.FilePath}:{line.Value} {name}");
            }
        }
    }

    /// <summary>Gets each symbol that the file uses, once.</summary>
    public IReadOnlyList<Reference> References => _references;

    /// <summary>Gets the names that have no symbol.</summary>
    public IReadOnlyList<string> Unresolved => _unresolved;

    private static bool IsWord(SimpleNameSyntax name) =>
        Words.Contains(name.Identifier.ValueText) || name.Parent is NameEqualsSyntax or NameColonSyntax;

    /// <summary>Tells whether a name is a member that System.Text.Json's generator adds: it doesn't run here.</summary>
    private static bool IsGenerated(SemanticModel model, SimpleNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax access
        && access.Name == name
        && model.GetTypeInfo(access.Expression).Type is { BaseType.Name: "JsonSerializerContext" };

    private static IEnumerable<ISymbol> Symbols(SemanticModel model, SyntaxNode node)
    {
        switch (node)
        {
            case SimpleNameSyntax
            or BaseObjectCreationExpressionSyntax
            or ElementAccessExpressionSyntax
            or ElementBindingExpressionSyntax
            or BinaryExpressionSyntax
            or PrefixUnaryExpressionSyntax
            or PostfixUnaryExpressionSyntax
            or CastExpressionSyntax
            or ConstructorInitializerSyntax
            or AssignmentExpressionSyntax:
                var info = model.GetSymbolInfo(node);
                return info.Symbol is { } symbol ? [symbol, .. Conversions(model, node)]
                    : info.CandidateSymbols.IsEmpty ? Conversions(model, node)
                    : info.CandidateSymbols;
            case ForEachStatementSyntax loop:
                var each = model.GetForEachStatementInfo(loop);
                return new ISymbol?[] { each.GetEnumeratorMethod, each.CurrentProperty }.OfType<ISymbol>();
            case ExpressionSyntax:
                return Conversions(model, node);
            default:
                return [];
        }
    }

    private static IEnumerable<ISymbol> Conversions(SemanticModel model, SyntaxNode node) =>
        node is ExpressionSyntax expression
        && model.GetConversion(expression) is { IsUserDefined: true, MethodSymbol: { } conversion }
            ? [conversion]
            : [];

    /// <summary>Gives the symbol as its source declares it; null for what belongs to the file alone.</summary>
    private static ISymbol? Declared(ISymbol symbol) =>
        symbol switch
        {
            INamespaceSymbol
            or ILocalSymbol
            or IParameterSymbol
            or IRangeVariableSymbol
            or ILabelSymbol
            or ITypeParameterSymbol
            or IDiscardSymbol
            or IPreprocessingSymbol => null,
            IAliasSymbol alias => Declared(alias.Target),
            IMethodSymbol { ReducedFrom: { } whole } => whole.OriginalDefinition,
            _ => symbol.OriginalDefinition,
        };
}
