using System.Text.Json;
using GemmaInference.Api.Requests;
using GemmaInference.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GemmaInference.Api;

/// <summary>Serves the model list, the three probes of the operator's Deployment, and metrics.</summary>
internal sealed class StatusEndpoints(
    ServerOptions options,
    InferenceEngine engine,
    EngineMetrics metrics,
    TimeProvider time
)
{
    private static readonly string Version =
        typeof(StatusEndpoints).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "";

    private readonly long _created = time.GetUtcNow().ToUnixTimeSeconds();

    public void Map(IEndpointRouteBuilder routes)
    {
        // Alive: false after a fatal device error or a hung step, so that the kubelet restarts the container.
        Probe(
            routes,
            "/healthz",
            () =>
                engine.IsHealthy ? null
                : engine.Fault is { } fault ? $"engine failed: {fault.GetType().Name}"
                : "engine stalled"
        );
        Probe(routes, "/startupz", () => engine.IsStarted ? null : "loading");
        // The last two as clients of vLLM ask.
        foreach (var path in (string[])["/readyz", "/health", "/ping"])
        {
            Probe(
                routes,
                path,
                () =>
                    !engine.IsStarted ? "loading"
                    : engine.IsDraining ? "draining"
                    : engine.IsHealthy ? null
                    : "unhealthy"
            );
        }

        routes.MapGet("/version", (RequestDelegate)(context => JsonAsync(context, new VersionInfo(Version))));
        routes
            .MapGet(
                "/metrics",
                (RequestDelegate)(
                    context =>
                    {
                        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
                        return context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
                    }
                )
            )
            .WithMetadata(OpenToAll.Instance);
        routes.MapGet("/v1/models", (RequestDelegate)(context => JsonAsync(context, new ModelList("list", [Info()]))));
        routes.MapGet(
            "/v1/models/{**id}",
            (RequestDelegate)(
                context =>
                    (string?)context.Request.RouteValues["id"] == options.ModelName
                        ? JsonAsync(context, Info())
                        : throw new ApiException(
                            404,
                            "invalid_request_error",
                            "model_not_found",
                            "model",
                            $"this server serves '{options.ModelName}'"
                        )
            )
        );
    }

    private static void Probe(IEndpointRouteBuilder routes, string path, Func<string?> trouble) =>
        routes
            .MapGet(
                path,
                (RequestDelegate)(
                    context =>
                    {
                        var wrong = trouble();
                        context.Response.StatusCode = wrong is null ? 200 : 503;
                        return context.Response.WriteAsync(wrong ?? "ok", context.RequestAborted);
                    }
                )
            )
            .WithMetadata(OpenToAll.Instance);

    private static Task JsonAsync(HttpContext context, object value)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(
            context.Response.Body,
            value,
            value.GetType(),
            ApiJson.Wire,
            context.RequestAborted
        );
    }

    private ModelInfo Info() =>
        new(
            options.ModelName,
            "model",
            _created,
            "gemma-operator",
            engine.Model?.Cache.Context ?? options.Load.MaxContext ?? 0
        );
}
