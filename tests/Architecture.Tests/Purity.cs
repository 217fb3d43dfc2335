using Architecture.Tests.Analysis;
using Microsoft.CodeAnalysis;

namespace Architecture.Tests;

/// <summary>
/// Tells what makes a decision depend on more than its snapshot: a clock, a request, work that is waited for. Roles
/// that do I/O have these and decide nothing.
/// </summary>
internal static class Purity
{
    /// <summary>Gets the folders whose files decide, with those below them.</summary>
    public static IReadOnlyList<string> Folders { get; } =
    [
        "BaseImages/Facts",
        "BaseImages/Preflight",
        "BaseImages/Weights",
        "BaseImages/Freshness",
        "BaseImages/Serving",
        "BaseImages/Status",
        "BaseImages/Cost",
        "BaseImages/Retention",
        "Builds/Inputs",
        "Builds/Failures",
        "Builds/Steps",
    ];

    /// <summary>Gets the roles that do I/O, as the last word of a file's name.</summary>
    private static readonly string[] Roles =
    [
        "Resolver",
        "Disposer",
        "Assembler",
        "Executor",
        "Effects",
        "Gatherer",
        "Reader",
        "Writer",
        "Client",
        "Reconciler",
    ];

    /// <summary>Gets what does I/O under another name; the list only shrinks.</summary>
    public static IReadOnlyList<string> Exceptions { get; } =
    ["Builds/Steps/Promote/Promotion.cs", "Builds/Steps/StepTools.cs"];

    private static readonly HashSet<string> Impure =
    [
        "System.TimeProvider",
        "System.Net.Http.HttpClient",
        "System.Net.Http.HttpMessageInvoker",
        "System.IO.File",
        "System.Environment",
        "System.Random",
        "System.Threading.CancellationToken",
        "System.Threading.Tasks.Task",
        "System.Threading.Tasks.ValueTask",
        "GemmaOperator.Runtime.Contracts.IKubeApi",
    ];

    /// <summary>Names the impure type that a reference comes down to; null when there is none.</summary>
    public static string? Judge(Reference reference) =>
        new[] { reference.Symbol as ITypeSymbol, reference.Symbol.ContainingType, Result(reference.Symbol) }
            .OfType<ITypeSymbol>()
            .Select(Name)
            .FirstOrDefault(Impure.Contains);

    /// <summary>Tells whether a file's name says that it does I/O.</summary>
    public static bool DoesIO(string path) =>
        Exceptions.Contains(path, StringComparer.Ordinal)
        || Roles.Any(r => Path.GetFileNameWithoutExtension(path).EndsWith(r, StringComparison.Ordinal));

    /// <summary>
    /// Tells whether a reference makes its file a step of a build: it is given tools, hands them
    /// to an executor and waits.
    /// </summary>
    public static bool IsStep(Reference reference) =>
        reference.Symbol is ITypeSymbol type && Name(type) == "GemmaOperator.Builds.Steps.StepTools";

    /// <summary>
    /// Tells whether a reference waits, which says nothing of what for: no clock, no request of its own.
    /// </summary>
    public static bool IsWait(Reference reference) =>
        Judge(reference) is { } type && type.StartsWith("System.Threading.", StringComparison.Ordinal);

    private static ITypeSymbol? Result(ISymbol symbol) =>
        symbol switch
        {
            IMethodSymbol method => method.ReturnType,
            IPropertySymbol property => property.Type,
            IFieldSymbol field => field.Type,
            _ => null,
        };

    private static string Name(ITypeSymbol type) =>
        type.OriginalDefinition.ContainingNamespace?.ToDisplayString() + "." + type.Name;
}
