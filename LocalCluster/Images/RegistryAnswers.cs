using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Images;

/// <summary>Writes the answers that every part of a registry gives.</summary>
internal static class RegistryAnswers
{
    public static void Created(HttpContext context, string location, string digest)
    {
        context.Response.StatusCode = 201;
        context.Response.Headers.Location = location;
        context.Response.Headers["Docker-Content-Digest"] = digest;
    }

    public static async Task FailAsync(HttpContext context, RegistryFault fault)
    {
        if (fault.Status == 0)
        {
            var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            return;
        }

        context.Response.StatusCode = fault.Status;
        context.Response.ContentType = fault.ContentType;
        if (fault.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsync(fault.Body);
    }

    public static Task ErrorAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var json = new JsonObject
        {
            ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }),
        };
        return context.Request.Method == "HEAD" ? Task.CompletedTask : context.Response.WriteAsync(json.ToJsonString());
    }
}
