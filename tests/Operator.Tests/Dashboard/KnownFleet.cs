using GemmaOperator.Api.BaseImages;
using GemmaOperator.Dashboard;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;

namespace Operator.Tests.Dashboard;

/// <summary>Holds the objects that a test puts in.</summary>
internal sealed class KnownFleet(IKubeApi api, params IReadOnlyList<GemmaBaseImage> images) : IFleet
{
    public IKubeApi Api => api;

    public IIndexer<GemmaBaseImage> Images { get; } = Filled(images);

    public IReadOnlyList<string> Namespaces { get; init; } = [];

    public string? Problem { get; init; }

    public ChangeHub Changes { get; } = new();

    public IAsyncDisposable Follow(ObjectKey image) => new MemoryStream();

    private static ObjectCache<GemmaBaseImage> Filled(IReadOnlyList<GemmaBaseImage> images)
    {
        var cache = new ObjectCache<GemmaBaseImage>();
        cache.Replace(images, "1");
        return cache;
    }
}
