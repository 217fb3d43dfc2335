using System.Text.Json.Nodes;

namespace GemmaOperator.Yaml;

/// <summary>Holds one document of a YAML stream.</summary>
/// <param name="Content">What it is as JSON; null for an empty one.</param>
/// <param name="Line">Where it begins, counted from 1.</param>
/// <param name="Duplicates">Fields that are there twice, by path and line; the last value counts.</param>
internal sealed record YamlDocument(JsonNode? Content, long Line, IReadOnlyList<(string Path, long Line)> Duplicates);
