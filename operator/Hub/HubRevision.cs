namespace GemmaOperator.Hub;

/// <summary>Holds what a revision stood for when the hub was asked.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Files">What it holds.</param>
/// <param name="ModelType">
/// The <c>model_type</c> of its config.json, such as <c>gemma3_text</c>; empty when that has none, null without the
/// file.
/// </param>
internal sealed record HubRevision(HubCommit Commit, IReadOnlyList<HubFile> Files, string? ModelType);
