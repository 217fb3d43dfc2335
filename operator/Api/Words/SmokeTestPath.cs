using System.Text.Json.Serialization;

namespace GemmaOperator.Api.Words;

/// <summary>Names what a smoke test asks of the server.</summary>
internal enum SmokeTestPath
{
    /// <summary>A completion of a few tokens.</summary>
    [JsonStringEnumMemberName("/v1/completions")]
    Completions,

    /// <summary>Only whether it is ready.</summary>
    [JsonStringEnumMemberName("/readyz")]
    Readiness,
}
