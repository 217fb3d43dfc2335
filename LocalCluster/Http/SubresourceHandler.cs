using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Reads;
using LocalCluster.Requests;
using LocalCluster.Storage;
using LocalCluster.Writes;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Http;

/// <summary>Serves status, scale, binding and log of an object.</summary>
internal sealed class SubresourceHandler(ObjectStore store, ObjectWriter writer, PodBinder binder, TimeProvider time)
{
    private readonly LogFollower _follower = new(store, time);

    /// <summary>
    /// Gets or sets who has the logs of containers (namespace, pod, container), as kubelets do; null from there: none
    /// yet. Without one, no node can be asked.
    /// </summary>
    public Func<string, string, string, string?>? Logs { get; set; }

    public async Task ServeAsync(HttpContext context, ApiRequest request)
    {
        var resource = request.Resource;
        switch (request.Subresource, request.Method)
        {
            case ("status", "GET") when resource.HasStatus:
                await Wire.AnswerAsync(context, 200, store.Live(request).Copy());
                break;
            case ("status", "PUT") when resource.HasStatus:
                await Wire.AnswerAsync(
                    context,
                    request,
                    await writer.UpdateAsync(
                        request,
                        (JsonObject)Body.Parse(await Wire.BodyAsync(context), resource.Kind)!,
                        context.RequestAborted
                    )
                );
                break;
            case ("status", "PATCH") when resource.HasStatus:
                await Wire.AnswerAsync(
                    context,
                    request,
                    await writer.PatchAsync(
                        request,
                        Wire.MediaType(context),
                        await Wire.BodyAsync(context),
                        context.RequestAborted
                    )
                );
                break;
            case ("scale", "GET") when resource.ScalePath is not null:
                await Wire.AnswerAsync(context, 200, ScaleForm.Of(resource, store.Live(request).Json));
                break;
            case ("scale", "PATCH" or "PUT") when resource.ScalePath is not null:
                var scale = (JsonObject)Body.Parse(await Wire.BodyAsync(context), "Scale")!;
                var patch = ScaleForm.PatchOf(resource, scale, isWhole: request.Method == "PUT");
                var result = await writer.PatchAsync(
                    request,
                    "application/merge-patch+json",
                    patch.ToJsonString(),
                    context.RequestAborted
                );
                await Wire.AnswerAsync(context, 200, ScaleForm.Of(resource, result.Object));
                break;
            case ("binding", "POST") when resource.Key == "pods":
                var binding = (JsonObject)Body.Parse(await Wire.BodyAsync(context), "Binding")!;
                binder.Bind(request, binding.Object("target").Text("name") ?? "");
                await Wire.AnswerAsync(
                    context,
                    201,
                    new JsonObject
                    {
                        ["kind"] = "Status",
                        ["apiVersion"] = "v1",
                        ["metadata"] = new JsonObject(),
                        ["status"] = "Success",
                        ["code"] = 201,
                    }
                );
                break;
            case ("log", "GET") when resource.Key == "pods" && request.Text("follow") is ("true" or "1"):
                await _follower.WriteAsync(request, Logs, context.Response, context.RequestAborted);
                break;
            case ("log", "GET") when resource.Key == "pods":
                await Wire.AnswerAsync(
                    context,
                    200,
                    LogReader.Read(request, store.Live(request).Json, Logs),
                    "text/plain"
                );
                break;
            default:
                throw ApiException.NoSuchPath();
        }
    }
}
