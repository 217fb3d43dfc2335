namespace GemmaOperator.Api.Isolation;

/// <summary>Says whether what runs the code of packages and Dockerfiles is kept from credentials.</summary>
internal enum BuildIsolation
{
    /// <summary>It has none, and writes to no registry; other containers of its pod do that.</summary>
    Isolated,

    /// <summary>It has what pushes the image.</summary>
    Legacy,
}
