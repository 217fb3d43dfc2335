using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Builds;

/// <summary>Describes the application image that serves: made on top of the base, or the base itself.</summary>
internal sealed record ApplicationTemplate
{
    /// <summary>What answers requests in it; absent means the built-in server.</summary>
    public WireEnum<ServerEngine>? Engine { get; init; }

    /// <summary>The server's layers image; empty where the base itself is served.</summary>
    public string ServerImage { get; init; } = "";

    /// <summary>Where it goes; empty where the base itself is served.</summary>
    public string Repository { get; init; } = "";

    /// <summary>HTTP port.</summary>
    public int Port { get; init; } = 8080;
}
