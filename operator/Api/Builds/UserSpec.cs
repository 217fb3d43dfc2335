namespace GemmaOperator.Api.Builds;

/// <summary>Describes the image's user. Its ids start at 1, so root can't be said.</summary>
internal sealed record UserSpec
{
    /// <summary>Login name.</summary>
    public string Name { get; init; } = "appuser";

    /// <summary>Numeric user id, 1 to 2147483647.</summary>
    public long Uid { get; init; } = 10001;

    /// <summary>Numeric group id, 1 to 2147483647.</summary>
    public long Gid { get; init; } = 10001;
}
