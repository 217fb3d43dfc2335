namespace GemmaOperator.Api.BaseImages;

/// <summary>Says how much history is kept.</summary>
internal sealed record RetentionSpec
{
    /// <summary>Successful builds kept, at least 2, so that a rollback exists.</summary>
    public int SuccessfulBuilds { get; init; } = 5;

    /// <summary>Failed builds kept.</summary>
    public int FailedBuilds { get; init; } = 3;

    /// <summary>What happens to images of builds that go.</summary>
    public ImageRetention Images { get; init; } = new();
}
