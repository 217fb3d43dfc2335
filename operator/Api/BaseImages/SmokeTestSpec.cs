using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>One request to a pod of a new image, before the image counts as serving.</summary>
internal sealed record SmokeTestSpec
{
    /// <summary>Whether it is sent.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What is asked: a completion, or only the readiness.</summary>
    public WireEnum<SmokeTestPath> Path { get; init; } = SmokeTestPath.Completions;

    /// <summary>Prompt of the completion.</summary>
    public string Prompt { get; init; } = "Hello";

    /// <summary>Time for the answer; a server that is busy or can't be reached is asked again until then.</summary>
    public string Timeout { get; init; } = "5m";
}
