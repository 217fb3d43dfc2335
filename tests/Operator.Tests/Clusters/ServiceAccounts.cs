using System.Net.Http.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace Operator.Tests.Clusters;

/// <summary>Lets tests act as a ServiceAccount, on LocalCluster and on a real API server alike.</summary>
internal static class ServiceAccounts
{
    /// <summary>Returns how one connects; it is made, and may nothing.</summary>
    public static async Task<Func<KubernetesClientConfiguration>> ConfigurationAsync(
        TestCluster cluster,
        string ns,
        string name
    )
    {
        await cluster.Api.ApplyAsync(
            new V1ServiceAccount
            {
                Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = ns },
            },
            CancellationToken.None
        );
        var token = cluster.Local is { } local ? local.TokenFor(ns, name) : await AskAsync(ns, name);
        return () =>
        {
            var configuration = cluster.Configuration();
            configuration.AccessToken = token;
            return configuration;
        };
    }

    private static async Task<string> AskAsync(string ns, string name)
    {
        if (KubebuilderServer.Assets is not { } assets)
        {
            Assert.Ignore("tokens are asked of LocalCluster, and of the API server of KUBEBUILDER_ASSETS");
            return "";
        }

        using var http = (await KubebuilderServer.SharedAsync(assets)).CreateClient();
        using var response = await http.PostAsJsonAsync(
            new Uri($"/api/v1/namespaces/{ns}/serviceaccounts/{name}/token", UriKind.Relative),
            new JsonObject
            {
                ["apiVersion"] = "authentication.k8s.io/v1",
                ["kind"] = "TokenRequest",
                ["spec"] = new JsonObject(),
            }
        );
        return (string)(await response.Content.ReadFromJsonAsync<JsonObject>())!["status"]!["token"]!;
    }
}
