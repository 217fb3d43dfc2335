namespace GemmaOperator.BaseImages.Facts;

/// <summary>Says what a registry answered when it was asked for a server image.</summary>
internal abstract record ServerImageAnswer
{
    private ServerImageAnswer() { }

    /// <summary>Says that the image is there and its layers can be put on a base.</summary>
    public sealed record Found(ServerImageFacts Facts) : ServerImageAnswer;

    /// <summary>Says that the registry has no such image, or hides it.</summary>
    public sealed record Missing(string Message) : ServerImageAnswer;

    /// <summary>Says that the image can't be read, or isn't one whose layers can be put on a base.</summary>
    public sealed record Unusable(string Message) : ServerImageAnswer;

    /// <summary>Says that the operator doesn't ask there, or where the registry sends it.</summary>
    public sealed record NotAsked(string Message) : ServerImageAnswer;

    /// <summary>Says that the registry couldn't answer: the same question may be answered later.</summary>
    public sealed record Unavailable(string Message) : ServerImageAnswer;
}
