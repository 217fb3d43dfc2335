using System.Text.Json.Nodes;

namespace LocalCluster.Writes;

/// <summary>Holds what a write answers with.</summary>
/// <param name="Code">The HTTP status.</param>
/// <param name="Object">The object as it is stored now, or would be in a dry run.</param>
/// <param name="Warnings">Values of Warning headers.</param>
internal sealed record WriteResult(int Code, JsonObject Object, IReadOnlyList<string> Warnings);
