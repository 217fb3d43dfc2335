using System.Text.Json;

namespace KubectlGemma.Cluster;

/// <summary>Holds a list as it was read.</summary>
/// <param name="Items">The objects.</param>
/// <param name="Version">The version to watch from.</param>
internal sealed record ObjectList(IReadOnlyList<JsonElement> Items, string Version)
{
    public IReadOnlyList<T> Read<T>()
        where T : class => [.. Items.Select(GemmaCluster.Read<T>)];
}
