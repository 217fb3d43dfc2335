using Microsoft.CodeAnalysis;

namespace Architecture.Tests.Analysis;

/// <summary>Says that a file uses a symbol, and where it does so first.</summary>
/// <param name="File">The file that uses it, as <see cref="SourceFile.Path"/>.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Symbol">A type or member, as it was declared: not constructed, not reduced.</param>
internal sealed record Reference(string File, int Line, ISymbol Symbol)
{
    public string Folder => Folders.Of(File);

    public override string ToString() =>
        $"{File}:{Line} uses {Symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat)}";
}
