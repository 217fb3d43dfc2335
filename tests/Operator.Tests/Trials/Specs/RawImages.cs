using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using k8s;
using Operator.Tests.Clusters;

namespace Operator.Tests.Trials.Specs;

/// <summary>Sends objects as text, so that what no type of ours can hold reaches the API server too.</summary>
internal sealed class RawImages(TestCluster cluster) : IDisposable
{
    private readonly Kubernetes _client = new(cluster.Configuration());

    /// <summary>Creates an object or replaces its spec; returns it as read, null when the server refuses it.</summary>
    /// <exception cref="AssertionException">The server broke, or what it took can't be read.</exception>
    public async Task<GemmaBaseImage?> PutAsync(string name, JsonObject spec)
    {
        var (ns, path) = (cluster.Namespace, "apis/gemmaoperator.io/v1alpha1/namespaces/");
        var live = await cluster.Api.GetAsync<GemmaBaseImage>(ns, name, CancellationToken.None);
        var json = new JsonObject
        {
            ["apiVersion"] = "gemmaoperator.io/v1alpha1",
            ["kind"] = "GemmaBaseImage",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = ns,
                ["resourceVersion"] = live?.Metadata.ResourceVersion,
            },
            ["spec"] = spec.DeepClone(),
        };
        var (method, rest) = live is null ? (HttpMethod.Post, "") : (HttpMethod.Put, $"/{name}");
        using var request = new HttpRequestMessage(
            method,
            new Uri(_client.BaseUri, $"{path}{ns}/gemmabaseimages{rest}")
        )
        {
            Content = new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if (_client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, CancellationToken.None);
        }

        using var answer = await _client.HttpClient.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.StatusCode switch
        {
            HttpStatusCode.OK or HttpStatusCode.Created => await cluster.Api.GetAsync<GemmaBaseImage>(
                ns,
                name,
                CancellationToken.None
            ),
            HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest => null,
            _ => throw new AssertionException($"the API server answers {(int)answer.StatusCode}: {text}"),
        };
    }

    public void Dispose() => _client.Dispose();
}
