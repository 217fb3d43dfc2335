namespace GemmaOperator.Api.Words;

/// <summary>Says how weights come into the served pods.</summary>
internal enum ModelDelivery
{
    /// <summary>A claim is mounted.</summary>
    Claim,

    /// <summary>An image volume is mounted.</summary>
    ImageVolume,

    /// <summary>An init container fetches them into the pod's own volume.</summary>
    InitContainer,
}
