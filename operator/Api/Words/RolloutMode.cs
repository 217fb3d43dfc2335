namespace GemmaOperator.Api.Words;

/// <summary>Names what happens to an image that is published.</summary>
internal enum RolloutMode
{
    /// <summary>The operator runs the Deployment that serves it.</summary>
    Managed,

    /// <summary>Nothing: the base image is published and that is all.</summary>
    PublishOnly,
}
