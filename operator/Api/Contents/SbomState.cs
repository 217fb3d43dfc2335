namespace GemmaOperator.Api.Contents;

/// <summary>Says where the CycloneDX document of an image is.</summary>
internal enum SbomState
{
    /// <summary>In the registry, attached to the image.</summary>
    Stored,

    /// <summary>Nowhere: the registry doesn't take it.</summary>
    Refused,

    /// <summary>Nowhere: the image holds what is published, whose document is there.</summary>
    Unneeded,
}
