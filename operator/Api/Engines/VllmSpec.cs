namespace GemmaOperator.Api.Engines;

/// <summary>Describes how vLLM is started, beside what the operator says to it.</summary>
internal sealed record VllmSpec
{
    /// <summary>Further arguments, each as <c>--name</c> or <c>--name=value</c>.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];
}
