using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Owners;

/// <summary>Says since when an object names a repository and has images of its own in it.</summary>
internal sealed record OwnRepository
{
    /// <summary>Host and path, as the registry knows them.</summary>
    public string Repository { get; init; } = "";

    /// <summary>What it is used for.</summary>
    public WireEnum<RepositoryUse> Use { get; init; }

    /// <summary>Since when (UTC): when a build that pushed there was first seen to be good.</summary>
    public DateTime? Since { get; init; }
}
