using GemmaOperator.Api.Contents;

namespace KubectlGemma.Images;

/// <summary>Holds how the packages of one build's image differ from those of another.</summary>
/// <param name="Summary">The counts.</param>
/// <param name="Changes">The changes, most important first.</param>
/// <param name="IsWhole">Whether these are all; otherwise they are what the API keeps.</param>
internal sealed record ComparedContents(string Summary, IReadOnlyList<PackageChange> Changes, bool IsWhole);
