namespace GemmaOperator.BaseImages.Facts;

/// <summary>Says whether a base has an image for every platform that is asked for.</summary>
internal abstract record BasePlatformAnswer
{
    private BasePlatformAnswer() { }

    /// <summary>Says that it has one for each.</summary>
    public sealed record Found : BasePlatformAnswer;

    /// <summary>Says that it lacks one.</summary>
    /// <param name="Message">Which, and what there is.</param>
    public sealed record Lacking(string Message) : BasePlatformAnswer;

    /// <summary>Says that its registry doesn't say it now.</summary>
    /// <param name="Message">Why.</param>
    public sealed record Unavailable(string Message) : BasePlatformAnswer;
}
