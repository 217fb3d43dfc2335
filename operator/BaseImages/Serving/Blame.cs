namespace GemmaOperator.BaseImages.Serving;

/// <summary>Names what a failed rollout can be held against.</summary>
internal enum Blame
{
    /// <summary>Pods get no node or are refused, as those of any image would be.</summary>
    Nobody,

    /// <summary>Pods get no node or are refused, and the settings ask for others than those that served.</summary>
    Settings,

    /// <summary>The server doesn't work: whichever of the two is new, or both, since either may be at fault.</summary>
    ImageOrSettings,
}
