namespace GemmaOperator.BaseImages.Upgrade;

/// <summary>Names what this release of the operator would do with an object when it starts.</summary>
internal enum UpgradeEffect
{
    /// <summary>Nothing is built and no pod replaced.</summary>
    None,

    /// <summary>Nothing now: the next build, or the next image, comes with what this release makes otherwise.</summary>
    Later,

    /// <summary>A build starts.</summary>
    Builds,

    /// <summary>Pods are replaced.</summary>
    ReplacesPods,

    /// <summary>The spec is refused; what serves goes on serving.</summary>
    Refuses,

    /// <summary>It couldn't be found out.</summary>
    Unknown,
}
