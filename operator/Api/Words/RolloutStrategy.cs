namespace GemmaOperator.Api.Words;

/// <summary>Names how pods are replaced.</summary>
internal enum RolloutStrategy
{
    /// <summary>A pod stops before its successor starts; no spare GPU is needed.</summary>
    InPlace,

    /// <summary>A successor starts before its pod stops.</summary>
    Surge,

    /// <summary>All pods stop before the first successor starts.</summary>
    Recreate,
}
