namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Says how much of a build's layers come from the cache.</summary>
internal enum CacheShare
{
    Nothing,
    Some,
    All,
}
