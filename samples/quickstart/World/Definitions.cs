using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using LocalCluster.Json;

namespace Quickstart.World;

/// <summary>Installs the CustomResourceDefinitions that lie beside the program.</summary>
internal static class Definitions
{
    public static async Task InstallAsync(IKubeApi api, CancellationToken cancellationToken)
    {
        foreach (
            var file in Directory
                .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "crds"), "*.yaml")
                .Order(StringComparer.Ordinal)
        )
        {
            foreach (var crd in YamlReader.Documents(await File.ReadAllTextAsync(file, cancellationToken)))
            {
                await api.ApplyAsync(
                    KubernetesJson.Deserialize<V1CustomResourceDefinition>(crd.ToJsonString()),
                    cancellationToken
                );
            }
        }
    }
}
