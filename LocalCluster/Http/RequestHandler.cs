using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Access;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Storage;
using LocalCluster.Tables;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Http;

/// <summary>One HTTP request from its path to its answer.</summary>
internal sealed class RequestHandler(
    ObjectStore store,
    ResourceCatalog catalog,
    ObjectWriter writer,
    ObjectRemover remover,
    Tokens tokens,
    AccessCheck check,
    ApiServerOptions options
)
{
    /// <summary>Clients take the aggregated form only under its own name.</summary>
    private const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private readonly DiscoveryWriter _discovery = new(catalog);
    private readonly OpenApiWriter _openApi = new(catalog);
    private readonly ListReader _lists = new(store, options.Time);
    private readonly SubresourceHandler _subresources = new(store, writer);
    private readonly WatchWriter _watches = new(store, options.Time, options.BookmarkInterval);

    /// <inheritdoc cref="SubresourceHandler.Logs"/>
    public Func<string, string, string, string?>? Logs
    {
        get => _subresources.Logs;
        set => _subresources.Logs = value;
    }

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

            await Wire.AnswerAsync(context, e.Code, e.ToStatus());
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
            await Wire.AnswerAsync(
                context,
                200,
                Wire.Bytes(document),
                document.Text("kind") == "APIGroupDiscoveryList" ? AggregatedType : "application/json"
            );
            return;
        }

        if (Route(context, parts, user) is not { } request)
        {
            context.Response.StatusCode = 404;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync("404 page not found\n");
            return;
        }

        check.Demand(request);
        await ServeAsync(context, request);
    }

    private JsonObject? Document(HttpContext context, string[] parts)
    {
        var aggregated = context
            .Request.Headers.Accept.ToString()
            .Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal);
        return parts switch
        {
            ["version"] => DiscoveryWriter.Version(),
            ["api"] when aggregated => _discovery.Aggregated(core: true),
            ["api"] => DiscoveryWriter.CoreVersions(context.Request.Host.Value ?? ""),
            ["apis"] when aggregated => _discovery.Aggregated(core: false),
            ["apis"] => _discovery.Groups(),
            ["api", var version] => _discovery.Resources("", version),
            ["apis", var group] => _discovery.GroupDocument(group),
            ["apis", var group, var version] => _discovery.Resources(group, version),
            ["openapi", "v3"] => _openApi.Index(),
            ["openapi", "v3", "api", var version] => _openApi.Document("", version),
            ["openapi", "v3", "apis", var group, var version] => _openApi.Document(group, version),
            _ => null,
        };
    }

    private ApiRequest? Route(HttpContext context, string[] parts, User user)
    {
        var (group, version, rest) = parts switch
        {
            ["api", var v, .. var r] => ("", v, r),
            ["apis", var g, var v, .. var r] => (g, v, r),
            _ => ("", "", []),
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
            Namespace = resource.Namespaced ? ns : "",
            Name = rest.Length > 1 ? Uri.UnescapeDataString(rest[1]) : "",
            Subresource = rest.Length > 2 ? rest[2] : "",
            Query = context.Request.Query,
            User = user,
            DefaultManager = agent.Length == 0 ? "unknown" : agent.Split('/')[0],
        };
    }

    private async Task ServeAsync(HttpContext context, ApiRequest request)
    {
        if (request.Subresource.Length > 0)
        {
            await _subresources.ServeAsync(context, request);
            return;
        }

        var representation = RepresentationExtensions.Negotiate(context.Request.Headers.Accept.ToString());
        switch (request.Method)
        {
            case "GET" when request.Name.Length > 0 && !request.IsWatch:
                await Wire.AnswerAsync(context, 200, Show(request, store.Live(request), representation));
                break;
            case "GET":
                var selector = SelectorOf(request);
                if (request.IsWatch)
                {
                    await _watches.WriteAsync(
                        request,
                        selector,
                        representation,
                        context.Response,
                        context.RequestAborted
                    );
                }
                else
                {
                    await Wire.AnswerAsync(context, 200, _lists.Read(request, selector, representation));
                }

                break;
            case "POST" when request.Name.Length == 0:
                var made =
                    Body.Parse(await Wire.BodyAsync(context), request.Resource.Kind) as JsonObject
                    ?? throw ApiException.BadRequest("the body must be an object");
                await Wire.AnswerAsync(
                    context,
                    request,
                    request.Resource.IsReview
                        ? check.Review(request, made)
                        : writer.Create(request, Wire.Incoming(request, made))
                );
                break;
            case "PUT" when request.Name.Length > 0:
                var replacement =
                    Body.Parse(await Wire.BodyAsync(context), request.Resource.Kind) as JsonObject
                    ?? throw ApiException.BadRequest("the body must be an object");
                await Wire.AnswerAsync(context, request, writer.Update(request, Wire.Incoming(request, replacement)));
                break;
            case "PATCH" when request.Name.Length > 0:
                await Wire.AnswerAsync(
                    context,
                    request,
                    writer.Patch(
                        request,
                        Wire.MediaType(context),
                        Wire.Incoming(request, await Wire.BodyAsync(context))
                    )
                );
                break;
            case "DELETE" when request.Name.Length > 0:
                await Wire.AnswerAsync(context, 200, remover.Delete(request, await Wire.OptionsAsync(context)));
                break;
            case "DELETE":
                await Wire.AnswerAsync(context, 200, remover.DeleteCollection(request, SelectorOf(request)));
                break;
            default:
                throw ApiException.MethodNotAllowed();
        }
    }

    private static Selector SelectorOf(ApiRequest request)
    {
        IReadOnlyList<string> fields = request.Resource.Key switch
        {
            "pods" => ["spec.nodeName", "status.phase", "spec.serviceAccountName"],
            "events" =>
            [
                "involvedObject.name",
                "involvedObject.namespace",
                "involvedObject.kind",
                "involvedObject.uid",
                "reason",
                "type",
                "regarding.name",
                "regarding.kind",
            ],
            "secrets" => ["type"],
            "namespaces" => ["status.phase"],
            "jobs.batch" => ["status.successful"],
            _ => [],
        };
        return Selector.Parse(request.Text("labelSelector"), request.Text("fieldSelector"), fields);
    }

    private byte[] Show(ApiRequest request, StoredObject o, Representation representation) =>
        representation switch
        {
            Representation.Table => Wire.Bytes(
                TableWriter.Write(
                    request.Resource,
                    [o.Copy()],
                    new JsonObject { ["resourceVersion"] = o.Json.Metadata().Text("resourceVersion") },
                    request.Text("includeObject"),
                    withColumns: true,
                    options.Time.GetUtcNow()
                )
            ),
            Representation.Metadata => Wire.Bytes(TableWriter.Partial(o.Copy())),
            _ => EventForm.Bytes(o, request.Resource),
        };
}
