using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace StandIns.Hub;

/// <summary>
/// Answers requests as huggingface.co does (huggingface_hub's client is the source): causes stand in X-Error-Code, and
/// a repository that isn't there is a 401 to whoever shows no token.
/// </summary>
internal sealed class HubAnswers(HubStandIn hub)
{
    public async Task AnswerAsync(HttpContext context, bool isStore)
    {
        var path = context.Request.Path.Value!;
        var hasToken = context.Request.Headers.ContainsKey(HeaderNames.Authorization);
        hub.Note(
            new HubRequest(
                context.Request.Method,
                path + context.Request.QueryString,
                context.Request.Headers.Range,
                hasToken,
                isStore
            )
        );
        if (hub.Fault<HubFault.Answers>(path) is { } answer)
        {
            Refuse(context, answer.Status, answer.ErrorCode);
            if (answer.RetryAfterSeconds is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            }
        }
        else if (hub.Fault<HubFault.Redirects>(path) is { } redirect)
        {
            context.Response.Redirect(redirect.To.ToString());
        }
        else if (isStore)
        {
            await StoredAsync(context, path, hasToken);
        }
        else
        {
            await HubAsync(context, path);
        }
    }

    /// <summary>Stores with signed addresses refuse a second proof.</summary>
    private async Task StoredAsync(HttpContext context, string path, bool hasToken)
    {
        if (hasToken)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
        else if (hub.FindStored(path.TrimStart('/')) is { } file)
        {
            await new HubBody(hub, file).SendAsync(context);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private async Task HubAsync(HttpContext context, string path)
    {
        var parts = path.Trim('/').Split('/');
        var isListing = parts is ["api", "models", ..];
        var rest = isListing ? parts[2..] : parts;
        // The server has unescaped the revision: what follows the name tells where it ends.
        var marker = Array.IndexOf(rest, isListing ? "revision" : "resolve");
        if (marker is not (1 or 2) || marker + 1 >= rest.Length)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var repository = hub.Find(string.Join('/', rest[..marker]));
        if (!MayRead(context, repository))
        {
            return;
        }

        var revision = isListing ? Uri.UnescapeDataString(string.Join('/', rest[(marker + 1)..])) : rest[marker + 1];
        if (repository!.Resolve(revision) is not { } commit)
        {
            Refuse(context, StatusCodes.Status404NotFound, "RevisionNotFound");
        }
        else if (isListing)
        {
            await ListAsync(context, repository, commit);
        }
        else
        {
            await ResolveAsync(context, repository, commit, string.Join('/', rest[(marker + 2)..]));
        }
    }

    private static bool MayRead(HttpContext context, HubRepository? repository)
    {
        var shown = context.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
        var (status, code) = repository is null
            ? shown.Length == 0
                ? (401, "RepoNotFound")
                : (404, "RepoNotFound")
            : repository.Token is null || shown == repository.Token
                ? (200, "")
                : shown.Length == 0
                    ? (401, repository.TokenWithoutLicence is null ? "RepoNotFound" : "GatedRepo")
                    : shown == repository.TokenWithoutLicence
                        ? (403, "GatedRepo")
                        : (401, null);
        if (status == 200)
        {
            return true;
        }

        Refuse(context, status, code);
        return false;
    }

    private static Task ListAsync(HttpContext context, HubRepository repository, string commit)
    {
        var files = repository
            .Files(commit)
            .Select(file =>
            {
                var entry = new JsonObject { ["rfilename"] = file.Path };
                if (context.Request.Query.ContainsKey("blobs"))
                {
                    entry["size"] = file.Size;
                    entry["blobId"] = file.GitBlob;
                    if (file.IsLarge)
                    {
                        entry["lfs"] = new JsonObject
                        {
                            ["sha256"] = file.Sha256,
                            ["size"] = file.Size,
                            ["pointerSize"] = 134,
                        };
                    }
                }

                return (JsonNode)entry;
            });
        var listing = new JsonObject
        {
            ["id"] = repository.Name,
            ["sha"] = commit,
            ["siblings"] = new JsonArray([.. files]),
        };
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(listing.ToJsonString(), context.RequestAborted);
    }

    private async Task ResolveAsync(HttpContext context, HubRepository repository, string commit, string name)
    {
        if (repository.Files(commit).FirstOrDefault(file => file.Path == name) is not { } file)
        {
            Refuse(context, StatusCodes.Status404NotFound, "EntryNotFound");
            return;
        }

        context.Response.Headers["X-Repo-Commit"] = commit;
        if (file.IsLarge)
        {
            context.Response.Headers["X-Linked-ETag"] = $"\"{file.Sha256}\"";
            context.Response.Headers["X-Linked-Size"] = file.Size.ToString(CultureInfo.InvariantCulture);
            context.Response.Redirect(new Uri(hub.Store, $"{file.Sha256}?Expires=1&Signature=x").ToString());
            return;
        }

        context.Response.Headers.ETag = $"\"{file.GitBlob}\"";
        await new HubBody(hub, file).SendAsync(context);
    }

    private static void Refuse(HttpContext context, int status, string? code)
    {
        context.Response.StatusCode = status;
        if (code is not null)
        {
            context.Response.Headers["X-Error-Code"] = code;
        }
    }
}
