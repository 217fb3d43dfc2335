namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Says what becomes of the workload at once, whatever a build brings later.</summary>
internal enum RolloutEffect
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is to be no workload.</summary>
    Unmanaged,

    /// <summary>There is one, and nobody looks after it any more.</summary>
    LetGo,

    /// <summary>What serves stays as it is, until something else is there.</summary>
    Held,

    /// <summary>A Deployment comes to be.</summary>
    Created,

    /// <summary>All pods are replaced.</summary>
    Replaced,

    /// <summary>Pods come or go; the others stay.</summary>
    Scaled,

    /// <summary>Something of the workload is written, and its pods stay.</summary>
    Written,
}
