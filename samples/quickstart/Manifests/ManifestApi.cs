using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Quickstart.Manifests;

/// <summary>
/// Applies a manifest's objects as <c>kubectl apply --server-side --validate=strict</c> does: found by discovery, of
/// any kind, and checked by the API server as they are.
/// </summary>
/// <param name="http">With the API server's address and a token.</param>
/// <param name="manifest">Whose objects these are.</param>
internal sealed partial class ManifestApi(HttpClient http, Manifest manifest)
{
    private const string Manager = "quickstart";
    private const string ApplyPatch = "application/apply-patch+yaml";

    private readonly Dictionary<string, JsonArray> _discovered = new(StringComparer.Ordinal);

    /// <summary>Makes the namespaces that the objects name and that aren't there; returns those.</summary>
    /// <exception cref="ManifestMistake">One can't be made.</exception>
    public async Task<IReadOnlyList<string>> MakeNamespacesAsync(CancellationToken cancellationToken)
    {
        var made = new List<string>();
        foreach (var first in manifest.Objects.DistinctBy(o => o.Namespace, StringComparer.Ordinal))
        {
            var ns = first.Namespace;
            var body = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Namespace",
                ["metadata"] = new JsonObject { ["name"] = ns },
            };
            if (!NamePattern().IsMatch(ns))
            {
                throw manifest.Mistake(
                    first,
                    $"Namespace \"{ns}\" is invalid: metadata.name: Invalid value: \"{ns}\": a lowercase RFC 1123 "
                        + "label must consist of lower case alphanumeric characters or '-', and must start and end "
                        + "with an alphanumeric character"
                );
            }

            var (code, answer) = await SendAsync(HttpMethod.Post, "api/v1/namespaces", body, cancellationToken);
            if (code == HttpStatusCode.Created)
            {
                made.Add(ns);
            }
            else if (code != HttpStatusCode.Conflict)
            {
                throw manifest.Mistake(first, Message(answer));
            }
        }

        return made;
    }

    /// <summary>Lets the API server check every object, and store none.</summary>
    /// <exception cref="ManifestMistake">One is refused.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        foreach (var document in manifest.Objects)
        {
            if (StrictFields.Refusal(document) is { } refusal)
            {
                throw manifest.Mistake(document, refusal);
            }

            await ApplyAsync(document, document.Json, isDryRun: true, cancellationToken);
        }
    }

    /// <summary>Applies what became of an object.</summary>
    /// <exception cref="ManifestMistake">It is refused.</exception>
    public Task ApplyAsync(ManifestObject of, JsonObject json, CancellationToken cancellationToken) =>
        ApplyAsync(of, json, isDryRun: false, cancellationToken);

    private async Task ApplyAsync(
        ManifestObject of,
        JsonObject json,
        bool isDryRun,
        CancellationToken cancellationToken
    )
    {
        if (of.Name is "." or ".." || of.Name.AsSpan().ContainsAny('/', '%'))
        {
            throw manifest.Mistake(
                of,
                $"invalid resource name \"{of.Name}\": it may not be '.' or '..', nor contain '/' or '%'"
            );
        }

        var path =
            $"{await FindAsync(of, cancellationToken)}/{of.Name}?fieldManager={Manager}&force=true"
            + $"&fieldValidation=Strict{(isDryRun ? "&dryRun=All" : "")}";
        var (code, answer) = await SendAsync(HttpMethod.Patch, path, json, cancellationToken);
        if (code is not (HttpStatusCode.OK or HttpStatusCode.Created))
        {
            throw manifest.Mistake(of, Message(answer));
        }
    }

    /// <summary>Returns the path of the object's collection.</summary>
    private async Task<string> FindAsync(ManifestObject of, CancellationToken cancellationToken)
    {
        if (VersionPattern().IsMatch(of.ApiVersion))
        {
            var root = of.Group.Length == 0 ? $"api/{of.ApiVersion}" : $"apis/{of.ApiVersion}";
            if (!_discovered.TryGetValue(root, out var resources))
            {
                var (code, answer) = await SendAsync(HttpMethod.Get, root, null, cancellationToken);
                resources = code == HttpStatusCode.OK ? answer["resources"] as JsonArray ?? [] : [];
                _discovered[root] = resources;
            }

            var found = resources
                .OfType<JsonObject>()
                .FirstOrDefault(r =>
                    (string?)r["kind"] == of.Kind && !((string)r["name"]!).Contains('/', StringComparison.Ordinal)
                );
            if (found is not null)
            {
                return (bool?)found["namespaced"] == true
                    ? $"{root}/namespaces/{of.Namespace}/{found["name"]}"
                    : $"{root}/{found["name"]}";
            }
        }

        throw manifest.Mistake(of, $"no matches for kind \"{of.Kind}\" in version \"{of.ApiVersion}\"");
    }

    private async Task<(HttpStatusCode Code, JsonObject Answer)> SendAsync(
        HttpMethod method,
        string path,
        JsonObject? body,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(
                body.ToJsonString(),
                Encoding.UTF8,
                new MediaTypeHeaderValue(method == HttpMethod.Patch ? ApplyPatch : "application/json")
            );
        }

        using var response = await http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return (response.StatusCode, Status(text));
    }

    private static JsonObject Status(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return new JsonObject { ["message"] = text };
        }
    }

    private static string Message(JsonObject status) => (string?)status["message"] ?? "the API server refuses it";

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(
        "^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?v[0-9][a-z0-9]{0,30}$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex VersionPattern();
}
