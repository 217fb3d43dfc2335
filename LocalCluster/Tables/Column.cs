using System.Text.Json.Nodes;

namespace LocalCluster.Tables;

/// <summary>Holds a column of a table: its definition, and how a cell is read from an object.</summary>
internal sealed record Column(JsonObject Definition, Func<JsonObject, DateTimeOffset, JsonNode?> Cell);
