namespace GemmaOperator.Api.Isolation;

/// <summary>Says what a build does with a cache.</summary>
internal enum CacheAccess
{
    ReadOnly,

    /// <summary>It also adds the layers that it made.</summary>
    ReadWrite,
}
