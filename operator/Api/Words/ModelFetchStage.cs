namespace GemmaOperator.Api.Words;

/// <summary>Says how far a fetch of weights is.</summary>
internal enum ModelFetchStage
{
    /// <summary>It waits for an application image, whose server fetches, or for its next attempt.</summary>
    Pending,

    /// <summary>Its Job runs.</summary>
    Fetching,

    /// <summary>All of it is there.</summary>
    Fetched,

    /// <summary>It failed, and isn't tried again for the same source.</summary>
    Failed,
}
