namespace GemmaOperator.Api.Patching;

/// <summary>Says why everything is built although packages could be put onto the published image.</summary>
internal enum FullBuildReason
{
    /// <summary>The image is for several platforms: of builds that releases before patches for those made.</summary>
    SeveralPlatforms,

    /// <summary>The Dockerfile is the team's own: what it does is in no list of packages.</summary>
    OwnDockerfile,

    /// <summary>Somebody asks for it, or what goes into the image has changed.</summary>
    NotForPackages,

    /// <summary>Nothing good is published, or nobody knows how it was made.</summary>
    NothingToPatch,

    /// <summary>What is published failed its rollout.</summary>
    PublishedRejected,

    /// <summary>It would be made from something else than the published image was, or that wasn't noted.</summary>
    InputsDiffer,

    /// <summary>Layers are to come from the cache, so that no package would move.</summary>
    SameEpoch,

    /// <summary>A patch of this image has failed.</summary>
    PatchFailed,

    /// <summary>The last patch didn't bring what this build is for.</summary>
    NotBrought,

    /// <summary>There are as many patches in a row as there may be.</summary>
    MaxLayers,

    /// <summary>The last build of everything is long ago.</summary>
    FullRebuildInterval,
}
