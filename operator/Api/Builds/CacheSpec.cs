using GemmaOperator.Api.Isolation;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Builds;

/// <summary>Configures Kaniko's layer cache, and when it is made anew.</summary>
internal sealed record CacheSpec
{
    /// <summary>Whether layers are cached in the registry.</summary>
    public WireEnum<CacheMode> Mode { get; init; } = CacheMode.Registry;

    /// <summary>Where cached layers go; empty means <c>&lt;output.repository&gt;/cache</c>.</summary>
    public string Repository { get; init; } = "";

    /// <summary>
    /// Whether layers that a build made go there; null: ReadWrite for the object's own, else ReadOnly where builds are
    /// isolated.
    /// </summary>
    public WireEnum<CacheAccess>? Access { get; init; }

    /// <summary>Age after which a cached layer isn't used.</summary>
    public WireDuration Ttl { get; init; } = "168h";

    /// <summary>When CACHE_EPOCH changes, so that package layers are made anew.</summary>
    public WireEnum<CacheRefresh> Refresh { get; init; } = CacheRefresh.OnSchedule;
}
