using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Access;
using LocalCluster.Builtin;
using LocalCluster.Discovery;
using LocalCluster.Storage;
using LocalCluster.Tables;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Http;

/// <summary>One HTTP request from its path to its answer.</summary>
internal sealed class RequestHandler(
    ObjectStore store, ResourceCatalog catalog, ObjectWriter writer, ObjectRemover remover, Tokens tokens, RoleBasedAccess access, ClusterOptions options)
{
    /// <summary>Clients take the aggregated form only under its own name.</summary>
    private const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private readonly DiscoveryWriter discovery = new(catalog);
    private readonly OpenApiWriter openApi = new(catalog);
    private readonly ListReader lists = new(store, options.Time);
    private readonly WatchWriter watches = new(store, options.Time, options.BookmarkInterval);

    /// <inheritdoc cref="Cluster.Logs"/>
    public Func<string, string, string, string?>? Logs { get; set; }

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await DispatchAsync(context);
        }
        catch (ApiException e) when (!context.Response.HasStarted)
        {
            if (e.Details?["retryAfterSeconds"].Number() is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            }

            await AnswerAsync(context, e.Code, e.ToStatus());
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
        }
    }

    private async Task DispatchAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (path is "/healthz" or "/livez" or "/readyz")
        {
            await context.Response.WriteAsync("ok");
            return;
        }

        var user = tokens.Find(context.Request.Headers.Authorization) ?? throw ApiException.Unauthorized();
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (Document(context, parts) is { } document)
        {
            await AnswerAsync(context, 200, Bytes(document), document.Text("kind") == "APIGroupDiscoveryList" ? AggregatedType : "application/json");
            return;
        }

        if (Route(context, parts, user) is not { } request)
        {
            context.Response.StatusCode = 404;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync("404 page not found\n");
            return;
        }

        Authorize(request);
        await ServeAsync(context, request);
    }

    private JsonObject? Document(HttpContext context, string[] parts)
    {
        var aggregated = context.Request.Headers.Accept.ToString().Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal);
        return parts switch
        {
            ["version"] => DiscoveryWriter.Version(),
            ["api"] when aggregated => discovery.Aggregated(core: true),
            ["api"] => DiscoveryWriter.CoreVersions(context.Request.Host.Value ?? string.Empty),
            ["apis"] when aggregated => discovery.Aggregated(core: false),
            ["apis"] => discovery.Groups(),
            ["api", var version] => discovery.Resources(string.Empty, version),
            ["apis", var group] => discovery.GroupDocument(group),
            ["apis", var group, var version] => discovery.Resources(group, version),
            ["openapi", "v3"] => openApi.Index(),
            ["openapi", "v3", "api", var version] => openApi.Document(string.Empty, version),
            ["openapi", "v3", "apis", var group, var version] => openApi.Document(group, version),
            _ => null,
        };
    }

    private ApiRequest? Route(HttpContext context, string[] parts, User user)
    {
        var (group, version, rest) = parts switch
        {
            ["api", var v, .. var r] => (string.Empty, v, r),
            ["apis", var g, var v, .. var r] => (g, v, r),
            _ => (string.Empty, string.Empty, []),
        };
        string? ns = null;
        if (rest is ["namespaces", var space, _, ..] && !(rest is ["namespaces", _, "status" or "finalize"]))
        {
            (ns, rest) = (space, rest[2..]);
        }

        if (rest.Length is 0 or > 3 || catalog.Find(group, version, rest[0]) is not { } resource)
        {
            return null;
        }

        var agent = context.Request.Headers.UserAgent.ToString();
        return new ApiRequest
        {
            Resource = resource,
            Method = context.Request.Method,
            Namespace = resource.Namespaced ? ns : string.Empty,
            Name = rest.Length > 1 ? Uri.UnescapeDataString(rest[1]) : string.Empty,
            Subresource = rest.Length > 2 ? rest[2] : string.Empty,
            Query = context.Request.Query,
            User = user,
            DefaultManager = agent.Length == 0 ? "unknown" : agent.Split('/')[0],
        };
    }

    private void Authorize(ApiRequest request)
    {
        var asked = new AccessRequest(
            request.Verb, request.Resource.Group, request.Resource.Plural, request.Subresource, request.Namespace ?? string.Empty, request.Name);
        if (request.Resource.IsReview || access.IsAllowed(request.User, asked))
        {
            return;
        }

        var (resource, group) = (request.Resource.Plural, request.Resource.Group);
        var what = request.Subresource.Length == 0 ? resource : $"{resource}/{request.Subresource}";
        var where = asked.Namespace.Length > 0 ? $"in the namespace \"{asked.Namespace}\"" : "at the cluster scope";
        var subject = ApiException.Qualified(resource, group) + (request.Name.Length > 0 ? $" \"{request.Name}\"" : string.Empty);
        var details = new JsonObject();
        if (request.Name.Length > 0)
        {
            details["name"] = request.Name;
        }

        if (group.Length > 0)
        {
            details["group"] = group;
        }

        details["kind"] = resource;
        throw new ApiException(
            403,
            "Forbidden",
            $"{subject} is forbidden: User \"{request.User.Name}\" cannot {asked.Verb} resource \"{what}\" in API group \"{group}\" {where}",
            details);
    }

    private async Task ServeAsync(HttpContext context, ApiRequest request)
    {
        if (request.Subresource.Length > 0)
        {
            await ServeSubresourceAsync(context, request);
            return;
        }

        var representation = RepresentationExtensions.Negotiate(context.Request.Headers.Accept.ToString());
        switch (request.Method)
        {
            case "GET" when request.Name.Length > 0 && !request.IsWatch:
                await AnswerAsync(context, 200, Show(request, Find(request), representation));
                break;
            case "GET":
                var selector = SelectorOf(request);
                if (request.IsWatch)
                {
                    await watches.WriteAsync(request, selector, representation, context.Response, context.RequestAborted);
                }
                else
                {
                    await AnswerAsync(context, 200, lists.Read(request, selector, representation));
                }

                break;
            case "POST" when request.Name.Length == 0:
                var made = Body.Parse(await BodyAsync(context), request.Resource.Kind) as JsonObject ?? throw ApiException.BadRequest("the body must be an object");
                await AnswerAsync(context, request, request.Resource.IsReview ? Review(request, made) : writer.Create(request, Incoming(request, made)));
                break;
            case "PUT" when request.Name.Length > 0:
                var replacement = Body.Parse(await BodyAsync(context), request.Resource.Kind) as JsonObject ?? throw ApiException.BadRequest("the body must be an object");
                await AnswerAsync(context, request, writer.Update(request, Incoming(request, replacement)));
                break;
            case "PATCH" when request.Name.Length > 0:
                await AnswerAsync(context, request, writer.Patch(request, MediaType(context), Incoming(request, await BodyAsync(context))));
                break;
            case "DELETE" when request.Name.Length > 0:
                await AnswerAsync(context, 200, remover.Delete(request, await OptionsAsync(context)));
                break;
            case "DELETE":
                await AnswerAsync(context, 200, remover.DeleteCollection(request, SelectorOf(request)));
                break;
            default:
                throw ApiException.MethodNotAllowed();
        }
    }

    private async Task ServeSubresourceAsync(HttpContext context, ApiRequest request)
    {
        var resource = request.Resource;
        switch (request.Subresource, request.Method)
        {
            case ("status", "GET") when resource.HasStatus:
                await AnswerAsync(context, 200, Find(request).Copy());
                break;
            case ("status", "PUT") when resource.HasStatus:
                await AnswerAsync(context, request, writer.Update(request, (JsonObject)Body.Parse(await BodyAsync(context), resource.Kind)!));
                break;
            case ("status", "PATCH") when resource.HasStatus:
                await AnswerAsync(context, request, writer.Patch(request, MediaType(context), await BodyAsync(context)));
                break;
            case ("scale", "GET") when resource.ScalePath is not null:
                await AnswerAsync(context, 200, ScaleOf(Find(request).Json));
                break;
            case ("scale", "PATCH" or "PUT") when resource.ScalePath is not null:
                var scale = (JsonObject)Body.Parse(await BodyAsync(context), "Scale")!;
                var patch = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = scale.Object("spec")?["replicas"].Number() ?? 0 } };
                var result = writer.Patch(request, "application/merge-patch+json", patch.ToJsonString());
                await AnswerAsync(context, 200, ScaleOf(result.Object));
                break;
            case ("binding", "POST") when resource.Key == "pods":
                var binding = (JsonObject)Body.Parse(await BodyAsync(context), "Binding")!;
                writer.Bind(request, binding.Object("target").Text("name") ?? string.Empty);
                await AnswerAsync(context, 201, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 });
                break;
            case ("log", "GET") when resource.Key == "pods":
                await AnswerAsync(context, 200, LogReader.Read(request, Find(request).Json, Logs), "text/plain");
                break;
            default:
                throw ApiException.NoSuchPath();
        }
    }

    private StoredObject Find(ApiRequest request) =>
        store.Find(request.Resource.Key, request.Namespace ?? string.Empty, request.Name)
        ?? throw ApiException.NotFound(request.Resource.Plural, request.Resource.Group, request.Name);

    private static Selector SelectorOf(ApiRequest request)
    {
        IReadOnlyList<string> fields = request.Resource.Key switch
        {
            "pods" => ["spec.nodeName", "status.phase", "spec.serviceAccountName"],
            "events" => ["involvedObject.name", "involvedObject.namespace", "involvedObject.kind", "involvedObject.uid", "reason", "type", "regarding.name", "regarding.kind"],
            "secrets" => ["type"],
            "namespaces" => ["status.phase"],
            "jobs.batch" => ["status.successful"],
            _ => [],
        };
        return Selector.Parse(request.Text("labelSelector"), request.Text("fieldSelector"), fields);
    }

    private byte[] Show(ApiRequest request, StoredObject o, Representation representation) => representation switch
    {
        Representation.Table => Bytes(TableWriter.Write(
            request.Resource,
            [o.Copy()],
            new JsonObject { ["resourceVersion"] = o.Json.Metadata().Text("resourceVersion") },
            request.Text("includeObject"),
            withColumns: true,
            options.Time.GetUtcNow())),
        Representation.Metadata => Bytes(TableWriter.Partial(o.Copy())),
        _ => EventForm.Bytes(o, request.Resource),
    };

    private static JsonObject ScaleOf(JsonObject json)
    {
        var metadata = new JsonObject();
        foreach (var field in new[] { "name", "namespace", "uid", "resourceVersion", "creationTimestamp" })
        {
            metadata[field] = json.Metadata()[field]?.DeepClone();
        }

        var spec = new JsonObject();
        if (json.Object("spec")?["replicas"].Number() is { } replicas and > 0)
        {
            spec["replicas"] = replicas;
        }

        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = spec,
            ["status"] = new JsonObject
            {
                ["replicas"] = json.Object("status")?["replicas"].Number() ?? 0,
                ["selector"] = string.Join(',', (json.Object("spec").Object("selector").Object("matchLabels") ?? []).Select(l => $"{l.Key}={l.Value.Text()}")),
            },
        };
    }

    private ObjectWriter.Result Review(ApiRequest request, JsonObject review)
    {
        var asked = review.Object("spec").Object("resourceAttributes");
        var allowed = access.IsAllowed(request.User, new AccessRequest(
            asked.Text("verb") ?? string.Empty, asked.Text("group") ?? string.Empty, asked.Text("resource") ?? string.Empty, asked.Text("subresource") ?? string.Empty, asked.Text("namespace") ?? string.Empty, asked.Text("name") ?? string.Empty));
        review["metadata"] = new JsonObject();
        review["status"] = new JsonObject { ["allowed"] = allowed };
        return new ObjectWriter.Result(201, review, []);
    }

    private static string MediaType(HttpContext context) => (context.Request.ContentType ?? string.Empty).Split(';')[0].Trim();

    private static async Task<JsonObject?> OptionsAsync(HttpContext context) =>
        await BodyAsync(context) is { Length: > 0 } text ? Body.Parse(text, "DeleteOptions") as JsonObject : null;

    private static async Task<string> BodyAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        return await reader.ReadToEndAsync(context.RequestAborted);
    }

    private static JsonObject Incoming(ApiRequest request, JsonObject body) => EventForm.IsFor(request.Resource) ? EventForm.ToCore(body) : body;

    private static string Incoming(ApiRequest request, string patch) =>
        EventForm.IsFor(request.Resource) && Body.Parse(patch, "Event") is JsonObject body ? EventForm.ToCore(body).ToJsonString() : patch;

    private static Task AnswerAsync(HttpContext context, ApiRequest request, ObjectWriter.Result result)
    {
        foreach (var warning in result.Warnings)
        {
            context.Response.Headers.Append("Warning", warning);
        }

        return AnswerAsync(context, result.Code, EventForm.IsFor(request.Resource) ? EventForm.ToEvents(result.Object) : result.Object);
    }

    private static Task AnswerAsync(HttpContext context, int code, JsonObject json) => AnswerAsync(context, code, Bytes(json));

    private static async Task AnswerAsync(HttpContext context, int code, byte[] bytes, string type = "application/json")
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json, JsonText.Options);
}
