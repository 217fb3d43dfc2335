using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Images;

/// <summary>Serves a registry's requests: blobs, uploads, manifests and tags.</summary>
internal sealed class RegistryHandler(BlobStore blobs, ManifestStore manifests, ImageRegistryOptions options)
{
    private readonly ConcurrentQueue<RegistryRequest> _requests = new();

    /// <summary>Gets the requests so far.</summary>
    public IReadOnlyList<RegistryRequest> Requests => [.. _requests];

    public async Task HandleAsync(HttpContext context)
    {
        var request = new RegistryRequest(context.Request.Method, context.Request.Path.Value ?? "/");
        _requests.Enqueue(request);
        if (options.Fault?.Invoke(request) is { } fault)
        {
            await RegistryAnswers.FailAsync(context, fault);
            return;
        }

        if (options.Credentials is { } wanted && !Knows(context, wanted))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"localcluster\"";
            await RegistryAnswers.ErrorAsync(context, 401, "UNAUTHORIZED", "authentication required");
            return;
        }

        try
        {
            await RouteAsync(context, request.Path);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
        }
    }

    private Task RouteAsync(HttpContext context, string path)
    {
        if (path is "/v2/" or "/v2")
        {
            context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
            return Task.CompletedTask;
        }

        if (!path.StartsWith("/v2/", StringComparison.Ordinal))
        {
            return RegistryAnswers.ErrorAsync(context, 404, "NAME_UNKNOWN", "not found");
        }

        var rest = path["/v2/".Length..];
        foreach (
            var (marker, serve) in new (string, Func<HttpContext, string, string, Task>)[]
            {
                ("/blobs/uploads/", UploadAsync),
                ("/blobs/", BlobAsync),
                ("/manifests/", ManifestAsync),
                ("/tags/", TagsAsync),
                ("/referrers/", ReferrersAsync),
            }
        )
        {
            var at = rest.LastIndexOf(marker, StringComparison.Ordinal);
            if (at > 0)
            {
                return serve(context, rest[..at], rest[(at + marker.Length)..]);
            }
        }

        return RegistryAnswers.ErrorAsync(context, 404, "NAME_UNKNOWN", "not found");
    }

    private async Task BlobAsync(HttpContext context, string repository, string digest)
    {
        switch (context.Request.Method)
        {
            case "GET" or "HEAD" when blobs.Has(repository, digest):
                context.Response.ContentType = "application/octet-stream";
                context.Response.Headers["Docker-Content-Digest"] = digest;
                context.Response.ContentLength = new FileInfo(blobs.PathOf(digest)).Length;
                if (context.Request.Method == "GET")
                {
                    await context.Response.SendFileAsync(blobs.PathOf(digest), context.RequestAborted);
                }

                break;
            case "DELETE" when blobs.Forget(repository, digest):
                context.Response.StatusCode = 202;
                break;
            default:
                await RegistryAnswers.ErrorAsync(context, 404, "BLOB_UNKNOWN", "blob unknown to registry");
                break;
        }
    }

    private async Task UploadAsync(HttpContext context, string repository, string id)
    {
        var query = context.Request.Query;
        if (context.Request.Method == "POST")
        {
            if (
                query["mount"] is [{ } mount, ..]
                && query["from"] is [{ } from, ..]
                && options.Mounts?.Invoke(from, repository) != false
                && blobs.Mount(from, repository, mount)
            )
            {
                RegistryAnswers.Created(context, $"/v2/{repository}/blobs/{mount}", mount);
                return;
            }

            id = blobs.StartUpload();
        }
        else if (context.Request.Method == "DELETE" && blobs.GiveUp(id))
        {
            context.Response.StatusCode = 204;
            return;
        }
        else if (!blobs.HasUpload(id))
        {
            await RegistryAnswers.ErrorAsync(context, 404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
            return;
        }

        var length = await blobs.AppendAsync(id, context.Request.Body, context.RequestAborted);
        if (query["digest"] is [{ } digest, ..])
        {
            if (!await blobs.FinishAsync(id, repository, digest, context.RequestAborted))
            {
                await RegistryAnswers.ErrorAsync(
                    context,
                    400,
                    "DIGEST_INVALID",
                    "provided digest did not match uploaded content"
                );
                return;
            }

            RegistryAnswers.Created(context, $"/v2/{repository}/blobs/{digest}", digest);
            return;
        }

        context.Response.StatusCode = 202;
        context.Response.Headers.Location = $"/v2/{repository}/blobs/uploads/{id}";
        context.Response.Headers["Range"] = string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, length - 1)}");
    }

    private async Task ManifestAsync(HttpContext context, string repository, string reference)
    {
        switch (context.Request.Method)
        {
            case "PUT":
                await PutManifestAsync(context, repository, reference);
                break;
            case "DELETE" when manifests.Delete(repository, reference):
                context.Response.StatusCode = 202;
                break;
            case "GET" or "HEAD" when manifests.Find(repository, reference) is { } found:
                context.Response.ContentType = found.Type;
                context.Response.ContentLength = found.Bytes.Length;
                context.Response.Headers["Docker-Content-Digest"] = found.Digest;
                context.Response.Headers.ETag = $"\"{found.Digest}\"";
                if (context.Request.Method == "GET")
                {
                    await context.Response.Body.WriteAsync(found.Bytes, context.RequestAborted);
                }

                break;
            default:
                await RegistryAnswers.ErrorAsync(context, 404, "MANIFEST_UNKNOWN", $"manifest unknown: {reference}");
                break;
        }
    }

    private async Task PutManifestAsync(HttpContext context, string repository, string reference)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.ToArray();
        IReadOnlyList<string> missing;
        try
        {
            missing = [.. ManifestStore.BlobsOf(bytes).Where(b => !blobs.Has(repository, b))];
        }
        catch (JsonException)
        {
            await RegistryAnswers.ErrorAsync(context, 400, "MANIFEST_INVALID", "manifest invalid");
            return;
        }

        if (missing.Count > 0)
        {
            await RegistryAnswers.ErrorAsync(
                context,
                404,
                "MANIFEST_BLOB_UNKNOWN",
                $"blob unknown to registry: {missing[0]}"
            );
            return;
        }

        var digest = manifests.Put(repository, reference, context.Request.ContentType ?? "", bytes);
        if (options.Referrers && ManifestStore.SubjectOf(bytes) is { } subject)
        {
            context.Response.Headers["OCI-Subject"] = subject;
        }

        RegistryAnswers.Created(context, $"/v2/{repository}/manifests/{digest}", digest);
    }

    /// <summary>Lists what is attached to a manifest, there or not (OCI distribution specification 1.1).</summary>
    private Task ReferrersAsync(HttpContext context, string repository, string subject)
    {
        if (!options.Referrers)
        {
            return RegistryAnswers.ErrorAsync(context, 404, "NAME_UNKNOWN", "not found");
        }

        context.Response.ContentType = "application/vnd.oci.image.index.v1+json";
        return context.Response.WriteAsync(manifests.Referrers(repository, subject).ToJsonString());
    }

    private Task TagsAsync(HttpContext context, string repository, string what)
    {
        if (what != "list")
        {
            return RegistryAnswers.ErrorAsync(context, 404, "NAME_UNKNOWN", "not found");
        }

        var names = manifests.Tags(repository).Keys.Order(StringComparer.Ordinal).ToList();
        if (context.Request.Query["last"] is [{ } last, ..])
        {
            names.RemoveAll(n => string.CompareOrdinal(n, last) <= 0);
        }

        if (options.TagsPerPage is { } length && names.Count > length)
        {
            names.RemoveRange(length, names.Count - length);
            context.Response.Headers["Link"] =
                $"</v2/{repository}/tags/list?last={Uri.EscapeDataString(names[^1])}&n={length}>; rel=\"next\"";
        }

        var json = new JsonObject
        {
            ["name"] = repository,
            ["tags"] = new JsonArray([.. names.Select(t => (JsonNode)t)]),
        };
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString());
    }

    private static bool Knows(HttpContext context, (string User, string Password) wanted) =>
        context.Request.Headers.Authorization.ToString()
        == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{wanted.User}:{wanted.Password}"));
}
