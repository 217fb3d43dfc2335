namespace GemmaInference.Api.Requests;

/// <summary>
/// Reads bodies of <c>/v1/embeddings</c> (OpenAI's API reference); <c>prompt_name</c> is Text Embeddings Inference's.
/// </summary>
internal static class EmbeddingReader
{
    private const int MostDimensions = 1 << 16;

    /// <exception cref="ApiException">The body can't be used.</exception>
    public static EmbeddingRequest Read(RequestFields fields)
    {
        var model = fields.Text("model");
        var inputs = PromptReader.Read(fields, "input", RequestLimits.MaxInputs);
        var format = fields.Text("encoding_format") ?? "float";
        if (format is not ("float" or "base64"))
        {
            throw fields.Expected("encoding_format", "float or base64");
        }

        var request = new EmbeddingRequest(
            model,
            inputs,
            format == "base64",
            (int?)fields.Whole("dimensions", 1, MostDimensions),
            fields.Text("prompt_name"),
            fields.Unknown
        );
        NeutralFields.TakeFromEmbeddings(fields);
        fields.Done();
        return request;
    }
}
