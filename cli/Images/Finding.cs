namespace KubectlGemma.Images;

/// <summary>Says what came of checking one thing.</summary>
internal enum Finding
{
    /// <summary>It is as it was recorded.</summary>
    Holds,

    /// <summary>It isn't.</summary>
    Fails,

    /// <summary>It couldn't be looked up.</summary>
    Unknown,

    /// <summary>There is nothing to check.</summary>
    NotAsked,
}
