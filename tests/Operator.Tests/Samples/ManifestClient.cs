using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Tests.Api;

namespace Operator.Tests.Samples;

/// <summary>Asks an API server what <c>kubectl create --validate=strict</c> does.</summary>
/// <param name="client">Client with the server's address.</param>
internal sealed class ManifestClient(HttpClient client)
{
    public const string Namespace = "default";

    /// <param name="Code">HTTP status.</param>
    /// <param name="Body">The stored object, or a Status.</param>
    internal sealed record Answer(HttpStatusCode Code, JsonObject Body)
    {
        public string Message => (string?)Body["message"] ?? "";
    }

    /// <summary>Installs both CRDs and waits until they are served.</summary>
    public async Task InstallAsync(CancellationToken cancel)
    {
        foreach (var crd in CrdFile.All)
        {
            // Applied, since others on the same server need them too.
            var path =
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
                + $"{crd.Document["metadata"]!["name"]}?fieldManager=test&force=true&fieldValidation=Strict";
            var answer = await SendAsync(HttpMethod.Patch, path, crd.Document, cancel, "application/apply-patch+yaml");
            Assert.That(answer.Code, Is.AnyOf(HttpStatusCode.Created, HttpStatusCode.OK), answer.Message);
        }

        foreach (var crd in CrdFile.All)
        {
            var plural = (string)crd.Document["spec"]!["names"]!["plural"]!;
            while ((await SendAsync(HttpMethod.Get, PathOf(plural), null, cancel)).Code != HttpStatusCode.OK)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancel);
            }
        }
    }

    public Task<Answer> CreateAsync(JsonObject manifest, CancellationToken cancel) =>
        SendAsync(
            HttpMethod.Post,
            PathOf(
                (string)manifest["kind"]! switch
                {
                    "GemmaBaseImage" => "gemmabaseimages",
                    "GemmaBuild" => "gemmabuilds",
                    "ConfigMap" => "configmaps",
                    "Secret" => "secrets",
                    "ServiceAccount" => "serviceaccounts",
                    var kind => throw new NotSupportedException(kind),
                }
            ) + "?fieldValidation=Strict",
            manifest,
            cancel
        );

    public Task<Answer> MergeAsync(string plural, string name, JsonObject patch, CancellationToken cancel) =>
        SendAsync(
            HttpMethod.Patch,
            $"{PathOf(plural)}/{name}?fieldValidation=Strict",
            patch,
            cancel,
            "application/merge-patch+json"
        );

    private static string PathOf(string plural) =>
        plural is "configmaps" or "secrets" or "serviceaccounts"
            ? $"/api/v1/namespaces/{Namespace}/{plural}"
            : $"/apis/gemmaoperator.io/v1alpha1/namespaces/{Namespace}/{plural}";

    private async Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        JsonObject? body,
        CancellationToken cancel,
        string type = "application/json"
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, type);
        }

        using var response = await client.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        return new Answer(
            response.StatusCode,
            text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : new JsonObject { ["message"] = text }
        );
    }
}
