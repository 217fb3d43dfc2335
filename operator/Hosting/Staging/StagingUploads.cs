using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using GemmaOperator.Registry.Staging;
using Microsoft.AspNetCore.Http;

namespace GemmaOperator.Hosting.Staging;

/// <summary>
/// Takes what an executor writes to the disk of the pod. Nothing of it reaches a registry before the executor has ended
/// well; whether it could, is asked of the registry when the first upload begins, so that a build that can't be pushed
/// fails before it is made.
/// </summary>
internal sealed class StagingUploads(
    RegistryClient registry,
    BuildSources sources,
    StagedImages staged,
    StagingPlan plan
)
{
    /// <summary>Bounds a manifest, as registries do.</summary>
    private const int MostManifestBytes = 4 << 20;

    private volatile bool _mayPush;

    /// <summary>Tells whether a blob needn't be uploaded, because the push finds it elsewhere.</summary>
    public async Task<bool> IsKnownAsync(string name, ImageDigest digest, CancellationToken cancellationToken) =>
        sources.CachedBlob(digest) is not null
        || (name == StagingNames.Output && await sources.BaseBlobAsync(digest, cancellationToken) is not null);

    public async Task BeginAsync(HttpContext context, string name)
    {
        var query = context.Request.Query;
        var stop = context.RequestAborted;
        if (
            ImageDigest.TryParse(query["mount"].ToString(), out var mount, out _)
            && (staged.Has(mount) || await IsKnownAsync(name, mount, stop))
        )
        {
            Created(context, $"/v2/{name}/blobs/{mount}", mount);
            return;
        }

        if (name == StagingNames.Output && !_mayPush)
        {
            await registry.CheckPushAsync(plan.Target.Repository, stop);
            _mayPush = true;
        }

        if (staged.Begin() is not { } id)
        {
            await StagingAnswer.RefuseAsync(
                context,
                StatusCodes.Status429TooManyRequests,
                "TOOMANYREQUESTS",
                "too many uploads at once"
            );
        }
        else if (ImageDigest.TryParse(query["digest"].ToString(), out var digest, out _))
        {
            await EndAsync(context, name, id, digest);
        }
        else
        {
            Accepted(context, name, id, 0);
        }
    }

    public async Task GoOnAsync(HttpContext context, string name, string text)
    {
        if (!Guid.TryParseExact(text, "N", out var id))
        {
            await StagingAnswer.UnknownAsync(context, "BLOB_UPLOAD_UNKNOWN");
            return;
        }

        switch (context.Request.Method)
        {
            case "PATCH" when await staged.AppendAsync(id, context.Request.Body, context.RequestAborted) is { } length:
                Accepted(context, name, id, length);
                break;
            case "PUT" when ImageDigest.TryParse(context.Request.Query["digest"].ToString(), out var digest, out _):
                await EndAsync(context, name, id, digest);
                break;
            case "DELETE":
                await staged.AbandonAsync(id);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            default:
                await StagingAnswer.UnknownAsync(context, "BLOB_UPLOAD_UNKNOWN");
                break;
        }
    }

    public async Task PutManifestAsync(HttpContext context, string name, string reference)
    {
        using var read = new MemoryStream();
        var buffer = new byte[64 << 10];
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            read.Write(buffer, 0, count);
            if (read.Length > MostManifestBytes)
            {
                await InvalidAsync(context, $"a manifest has at most {MostManifestBytes} bytes");
                return;
            }
        }

        var bytes = read.ToArray();
        var type = ManifestType.Of(bytes) ?? context.Request.ContentType ?? "";
        if (
            !ImageTag.TryParse(reference, out var tag, out _)
            || (name == StagingNames.Output && tag != plan.Target.Tag)
            || !MediaTypes.Manifests.Contains(type, StringComparer.Ordinal)
            || MediaTypes.IsIndex(type)
        )
        {
            await InvalidAsync(context, "it is no manifest of an image under the tag that this build makes");
            return;
        }

        var digest = ImageDigest.Of(bytes);
        if (await staged.PutAsync(name, tag, new ManifestContent(type, digest, bytes), context.RequestAborted))
        {
            Created(context, $"/v2/{name}/manifests/{tag}", digest);
        }
        else
        {
            await InvalidAsync(context, "too many manifests");
        }
    }

    private async Task EndAsync(HttpContext context, string name, Guid id, ImageDigest digest)
    {
        if (
            await staged.AppendAsync(id, context.Request.Body, context.RequestAborted) is not null
            && await staged.FinishAsync(id, digest)
        )
        {
            Created(context, $"/v2/{name}/blobs/{digest}", digest);
        }
        else
        {
            await StagingAnswer.RefuseAsync(
                context,
                StatusCodes.Status400BadRequest,
                "DIGEST_INVALID",
                "the content isn't what its digest says"
            );
        }
    }

    private static Task InvalidAsync(HttpContext context, string problem) =>
        StagingAnswer.RefuseAsync(context, StatusCodes.Status400BadRequest, "MANIFEST_INVALID", problem);

    private static void Created(HttpContext context, string location, ImageDigest digest)
    {
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = location;
        context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
    }

    private static void Accepted(HttpContext context, string name, Guid id, long length)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.Location = $"/v2/{name}/blobs/uploads/{id:N}";
        context.Response.Headers.Range = FormattableString.Invariant($"0-{Math.Max(0, length - 1)}");
        context.Response.Headers["Docker-Upload-UUID"] = $"{id:N}";
    }
}
