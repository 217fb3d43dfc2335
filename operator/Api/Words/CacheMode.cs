namespace GemmaOperator.Api.Words;

/// <summary>Names where Kaniko's layers are cached.</summary>
internal enum CacheMode
{
    Registry,

    /// <summary>Nowhere: every build makes all layers.</summary>
    None,
}
