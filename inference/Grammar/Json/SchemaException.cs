namespace GemmaInference.Grammar.Json;

/// <summary>Says that a schema can't be compiled, and at which place.</summary>
/// <param name="path">As the client wrote it, such as <c>response_format.json_schema.schema.items</c>.</param>
internal sealed class SchemaException(string path, string message) : Exception(message)
{
    public string Path => path;
}
