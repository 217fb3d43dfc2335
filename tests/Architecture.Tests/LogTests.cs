using Architecture.Tests.Analysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

/// <summary>Log events stand where a reader looks for them.</summary>
public sealed class LogTests
{
    private static IEnumerable<string> Projects => SourceProject.Products;

    [TestCaseSource(nameof(Projects))]
    public void Log_events_stand_in_a_nested_class_of_that_name(string project)
    {
        var wrong =
            from file in SourceProject.All[project].Files
            where file.Text.Contains("[LoggerMessage", StringComparison.Ordinal)
            let tree = CSharpSyntaxTree.ParseText(file.Text)
            from attribute in tree.GetRoot().DescendantNodes().OfType<AttributeSyntax>()
            where attribute.Name.ToString() is "LoggerMessage" or "LoggerMessageAttribute"
            let type = attribute.Ancestors().OfType<TypeDeclarationSyntax>().First()
            where type.Identifier.ValueText != "Log" || type.Parent is not TypeDeclarationSyntax
            select $"{file.Path}: {attribute.Ancestors().OfType<MethodDeclarationSyntax>().First().Identifier}";
        Assert.That(wrong, Is.Empty, "Move them into `private static partial class Log` at the end of the type.");
    }
}
