namespace GemmaOperator.Api.Channels;

/// <summary>Lists how far the operator may go from the declared base by itself.</summary>
internal enum BaseChannel
{
    /// <summary>The declared version, and no other.</summary>
    Pinned,

    /// <summary>A newer patch of the declared minor, as 2.10.1 of 2.10.0.</summary>
    Patch,

    /// <summary>A newer minor or patch of the declared major, as 2.11.0 of 2.10.0.</summary>
    Minor,
}
