using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Access;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Reads;
using LocalCluster.Requests;
using LocalCluster.Storage;
using LocalCluster.Writes;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Http;

/// <summary>Serves one HTTP request, from its path to its answer; refusals become Status objects.</summary>
internal sealed class RequestHandler(
    ObjectStore store,
    ResourceCatalog catalog,
    ObjectWriter writer,
    ObjectRemover remover,
    Tokens tokens,
    AccessCheck check,
    TimeProvider time,
    TimeSpan bookmarkInterval
)
{
    /// <summary>Clients take the aggregated form only under its own name.</summary>
    private const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private readonly DiscoveryDocuments _documents = new(catalog);
    private readonly RequestRouter _router = new(catalog);
    private readonly ObjectRenderer _objects = new(time);
    private readonly ListReader _lists = new(store, time);
    private readonly SubresourceHandler _subresources = new(store, writer, new PodBinder(store, time), time);
    private readonly WatchWriter _watches = new(store, time, bookmarkInterval);

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

        var known = tokens.Find(context.Request.Headers.Authorization) ?? throw ApiException.Unauthorized();
        var user = check.Impersonate(known, context.Request.Headers);
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (_documents.Find(context, parts) is { } document)
        {
            await Wire.AnswerAsync(
                context,
                200,
                Wire.Bytes(document),
                document.Text("kind") == "APIGroupDiscoveryList" ? AggregatedType : "application/json"
            );
            return;
        }

        if (_router.Route(context, parts, user) is not { } request)
        {
            context.Response.StatusCode = 404;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync("404 page not found\n");
            return;
        }

        check.Demand(request);
        if (request.Resource.IsCustom && Wire.MediaType(context) == RepresentationExtensions.Protobuf)
        {
            throw new ApiException(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: application/json, "
                    + "application/yaml"
            );
        }

        await ServeAsync(context, request);
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
                await Wire.AnswerAsync(
                    context,
                    200,
                    _objects.Render(request, store.Live(request), representation, withColumns: true)
                );
                break;
            case "GET":
                var selector = Selector.Parse(request);
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
                        : await writer.CreateAsync(request, Wire.Incoming(request, made), context.RequestAborted)
                );
                break;
            case "PUT" when request.Name.Length > 0:
                var replacement =
                    Body.Parse(await Wire.BodyAsync(context), request.Resource.Kind) as JsonObject
                    ?? throw ApiException.BadRequest("the body must be an object");
                await Wire.AnswerAsync(
                    context,
                    request,
                    await writer.UpdateAsync(request, Wire.Incoming(request, replacement), context.RequestAborted)
                );
                break;
            case "PATCH" when request.Name.Length > 0:
                await Wire.AnswerAsync(
                    context,
                    request,
                    await writer.PatchAsync(
                        request,
                        Wire.MediaType(context),
                        Wire.Incoming(request, await Wire.BodyAsync(context)),
                        context.RequestAborted
                    )
                );
                break;
            case "DELETE" when request.Name.Length > 0:
                var options = await Wire.OptionsAsync(context);
                await Wire.AnswerAsync(
                    context,
                    200,
                    await remover.DeleteAsync(request, options, context.RequestAborted)
                );
                break;
            case "DELETE":
                var doomed = Selector.Parse(request);
                await Wire.AnswerAsync(
                    context,
                    200,
                    await remover.DeleteCollectionAsync(request, doomed, context.RequestAborted)
                );
                break;
            default:
                throw ApiException.MethodNotAllowed();
        }
    }
}
