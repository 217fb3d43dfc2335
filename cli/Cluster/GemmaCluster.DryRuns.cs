using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Check;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace KubectlGemma.Cluster;

/// <content>What asks the API server what it would do, and keeps nothing.</content>
internal sealed partial class GemmaCluster
{
    /// <summary>Returns what creating an object would make of it, defaults and admission included.</summary>
    public Task<JsonElement> TryCreateAsync<T>(string ns, JsonObject body, CancellationToken cancellationToken)
    {
        var resource = KubeResource.Of<T>();
        return SendAsync(
            new KubeCall(
                resource.Request("create", ns),
                HttpMethod.Post,
                new KubeQuery(resource.Path(ns)).With("fieldManager", FieldManager).With("dryRun", "All").ToString()
            )
            {
                Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
            },
            cancellationToken
        );
    }

    /// <summary>Returns what applying a manifest on the server's side would make of an object.</summary>
    /// <param name="ns">Where it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="body">The manifest.</param>
    /// <param name="manager">In whose name it is applied: its fields that the manifest doesn't have would go.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<JsonElement> TryApplyAsync<T>(
        string ns,
        string name,
        JsonObject body,
        string manager,
        CancellationToken cancellationToken
    )
    {
        var resource = KubeResource.Of<T>();
        return SendAsync(
            new KubeCall(
                resource.Request("patch", ns, name),
                HttpMethod.Patch,
                new KubeQuery(resource.Path(ns, name))
                    .With("fieldManager", manager)
                    .With("force", "true")
                    .With("dryRun", "All")
                    .ToString()
            )
            {
                Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
                ContentType = "application/apply-patch+yaml",
            },
            cancellationToken
        );
    }

    /// <summary>Tells whether the caller has a right; what is refused with it is refused by admission.</summary>
    public async Task<bool> MayAsync<T>(string verb, string ns, string? name, CancellationToken cancellationToken)
    {
        var resource = KubeResource.Of<T>();
        var review = new SelfAccessReview
        {
            ApiVersion = "authorization.k8s.io/v1",
            Kind = "SelfSubjectAccessReview",
            Spec = new V1SelfSubjectAccessReviewSpec
            {
                ResourceAttributes = new V1ResourceAttributes
                {
                    Verb = verb,
                    Group = resource.Group,
                    Resource = resource.Plural,
                    NamespaceProperty = ns,
                    Name = name,
                },
            },
        };
        try
        {
            return (await Api.CreateAsync(review, cancellationToken)).Status?.Allowed == true;
        }
        catch (KubeApiException e) when (e.IsForbidden)
        {
            return false;
        }
    }

    /// <summary>Returns the minor version of the API server; null where it says none that can be read.</summary>
    public async Task<int?> MinorVersionAsync(CancellationToken cancellationToken)
    {
        var version = await VersionAsync(cancellationToken);
        var text = version.TryGetProperty("minor", out var minor) ? minor.GetString()?.TrimEnd('+') : null;
        return int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var known) ? known : null;
    }
}
