namespace GemmaInference.Api.Requests;

/// <summary>Holds one prompt as the client wrote it: text, or token ids that it made itself.</summary>
internal abstract record PromptInput
{
    private PromptInput() { }

    internal sealed record Written(string Text) : PromptInput;

    /// <param name="Ids">One at least; whether the model has them all isn't known yet.</param>
    internal sealed record Tokens(IReadOnlyList<int> Ids) : PromptInput;
}
