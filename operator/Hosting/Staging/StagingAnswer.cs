using System.Net;
using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using Microsoft.AspNetCore.Http;

namespace GemmaOperator.Hosting.Staging;

/// <summary>Writes answers of the distribution API.</summary>
internal static class StagingAnswer
{
    public static async Task ManifestAsync(HttpContext context, ManifestContent manifest)
    {
        context.Response.ContentType = manifest.MediaType;
        context.Response.ContentLength = manifest.Bytes.Length;
        context.Response.Headers["Docker-Content-Digest"] = manifest.Digest.ToString();
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(manifest.Bytes, context.RequestAborted);
        }
    }

    /// <param name="context">The request.</param>
    /// <param name="digest">Of the blob.</param>
    /// <param name="size">In bytes; null when it isn't known.</param>
    /// <param name="content">The blob; null when only its existence is told.</param>
    public static async Task BlobAsync(HttpContext context, ImageDigest digest, long? size, Stream? content)
    {
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = size;
        context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        if (content is not null)
        {
            await content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    public static Task UnknownAsync(HttpContext context, string code) =>
        RefuseAsync(context, StatusCodes.Status404NotFound, code, "not known to this build");

    /// <summary>Hands on what a registry behind this one refused, so that the executor fails in its words.</summary>
    public static Task RefuseAsync(HttpContext context, RegistryException e)
    {
        var (status, code) = e.Error switch
        {
            RegistryError.Unauthorized => (StatusCodes.Status401Unauthorized, "UNAUTHORIZED"),
            RegistryError.Denied => (StatusCodes.Status403Forbidden, "DENIED"),
            RegistryError.NotFound => (StatusCodes.Status404NotFound, "MANIFEST_UNKNOWN"),
            RegistryError.Unavailable when e.Status == HttpStatusCode.TooManyRequests => (
                StatusCodes.Status429TooManyRequests,
                "TOOMANYREQUESTS"
            ),
            RegistryError.Unavailable => (StatusCodes.Status503ServiceUnavailable, "UNAVAILABLE"),
            _ => (StatusCodes.Status502BadGateway, "UNKNOWN"),
        };
        return RefuseAsync(context, status, code, e.Message);
    }

    public static async Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer must not be taken for a whole one.
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        await context.Response.WriteAsync(
            new JsonObject { ["errors"] = new JsonArray(error) }.ToJsonString(),
            context.RequestAborted
        );
    }
}
