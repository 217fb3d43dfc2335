using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Dashboard;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Host;
using k8s;
using k8s.Models;

namespace GemmaOperator.Hosting.Dashboards;

/// <summary>Takes the fleet from the caches that the operator has anyway, on a standby too.</summary>
internal sealed class OperatorFleet : IFleet
{
    private readonly ControllerHost _host;

    /// <param name="host">Holds the caches; it isn't started yet.</param>
    /// <param name="api">Reads single objects.</param>
    /// <param name="namespaces">Those that are watched; none: all.</param>
    public OperatorFleet(ControllerHost host, IKubeApi api, IReadOnlyList<string> namespaces)
    {
        (_host, Api, Namespaces) = (host, api, namespaces);
        Images = host.Cache<GemmaBaseImage>();
        host.OnChange<GemmaBaseImage>(image => Changes.Tell(ObjectKey.Of(image)));
        host.OnChange<GemmaBuild>(TellOfParent);
        host.OnChange<V1Pod>(TellOfParent);
    }

    public IKubeApi Api { get; }

    public IIndexer<GemmaBaseImage> Images { get; }

    public IReadOnlyList<string> Namespaces { get; }

    /// <summary>Gets that a cache can't be trusted. Why is for whoever runs the operator, who asks /readyz.</summary>
    public string? Problem =>
        _host.Health.IsReady ? null : "This may be old: the operator isn't ready, as its /readyz and its log tell.";

    public ChangeHub Changes { get; } = new();

    public IAsyncDisposable Follow(ObjectKey image) => Nothing.More;

    private void TellOfParent(IKubernetesObject<V1ObjectMeta> part)
    {
        if (part.Metadata.Labels?.TryGetValue(ApiGroup.ImageLabel, out var image) == true)
        {
            Changes.Tell(new ObjectKey(part.Metadata.NamespaceProperty, image));
        }
    }

    /// <summary>Begins and ends nothing: all caches run as long as the operator does.</summary>
    private sealed class Nothing : IAsyncDisposable
    {
        public static Nothing More { get; } = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
