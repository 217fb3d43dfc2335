using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;
using GemmaOperator.Registry.Staging;
using Microsoft.AspNetCore.Http;

namespace GemmaOperator.Hosting.Staging;

/// <summary>
/// Answers what an executor asks of a registry, as the OCI distribution specification has it, within what the build may
/// read. It sees no credential: what is asked of a registry behind this one is asked with those of this container.
/// </summary>
/// <param name="sources">What may be read.</param>
/// <param name="uploads">Takes what is written.</param>
/// <param name="staged">What was written.</param>
/// <param name="tell">Told what a registry behind this one refused, a line each.</param>
internal sealed class StagingRequests(
    BuildSources sources,
    StagingUploads uploads,
    StagedImages staged,
    Action<string> tell
)
{
    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context, (context.Request.Path.Value ?? "").Split('/'));
        }
        catch (RegistryException e)
        {
            tell(e.Message);
            await StagingAnswer.RefuseAsync(context, e);
        }
        catch (IOException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            tell(e.Message);
            // The executor's log is where a user looks; a full disk has words of its own there.
            await StagingAnswer.RefuseAsync(
                context,
                StatusCodes.Status507InsufficientStorage,
                "UNKNOWN",
                $"the staging volume: {e.Message}"
            );
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The executor went away.
        }
    }

    private Task RouteAsync(HttpContext context, string[] path) =>
        (context.Request.Method, path) switch
        {
            ("GET" or "HEAD", ["", "v2", ""] or ["", "v2"]) => context.Response.WriteAsync("{}"),
            ("GET" or "HEAD", ["", "v2", var name, "manifests", var reference]) => ManifestAsync(
                context,
                name,
                reference
            ),
            ("PUT", ["", "v2", StagingNames.Output or StagingNames.Cache, "manifests", var reference]) =>
                uploads.PutManifestAsync(context, path[2], reference),
            ("POST", ["", "v2", StagingNames.Output or StagingNames.Cache, "blobs", "uploads", ""]) =>
                uploads.BeginAsync(context, path[2]),
            (_, ["", "v2", StagingNames.Output or StagingNames.Cache, "blobs", "uploads", var id]) => uploads.GoOnAsync(
                context,
                path[2],
                id
            ),
            ("GET" or "HEAD", ["", "v2", var name, "blobs", var digest]) => BlobAsync(context, name, digest),
            _ => StagingAnswer.UnknownAsync(context, "UNSUPPORTED"),
        };

    private async Task ManifestAsync(HttpContext context, string name, string reference)
    {
        var stop = context.RequestAborted;
        var found = name switch
        {
            StagingNames.Base when ImageDigest.TryParse(reference, out var digest, out _) =>
                await sources.BaseManifestAsync(digest, stop),
            StagingNames.Output when ImageTag.TryParse(reference, out var tag, out _) => await staged.FindAsync(
                name,
                tag,
                stop
            ),
            StagingNames.Cache when ImageTag.TryParse(reference, out var key, out _) => await staged.FindAsync(
                name,
                key,
                stop
            ) ?? await sources.CachedAsync(key, stop),
            _ => null,
        };
        await (
            found is null
                ? StagingAnswer.UnknownAsync(context, "MANIFEST_UNKNOWN")
                : StagingAnswer.ManifestAsync(context, found)
        );
    }

    private async Task BlobAsync(HttpContext context, string name, string text)
    {
        var stop = context.RequestAborted;
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (!ImageDigest.TryParse(text, out var digest, out _))
        {
            await StagingAnswer.UnknownAsync(context, "DIGEST_INVALID");
        }
        else if (name != StagingNames.Base && staged.Has(digest))
        {
            await using var blob = staged.Open(digest);
            await StagingAnswer.BlobAsync(context, digest, blob.Length, isHead ? null : blob);
        }
        else if (name == StagingNames.Base && await sources.BaseBlobAsync(digest, stop) is { } ofBase)
        {
            await using var blob = isHead ? null : await sources.OpenBaseAsync(ofBase, stop);
            await StagingAnswer.BlobAsync(context, digest, ofBase.Size, blob);
        }
        else if (name == StagingNames.Cache && sources.CachedBlob(digest) is { } cached && !isHead)
        {
            await using var blob = await sources.OpenCachedAsync(cached, stop);
            await StagingAnswer.BlobAsync(context, digest, null, blob);
        }
        else if (name != StagingNames.Base && isHead && await uploads.IsKnownAsync(name, digest, stop))
        {
            // What the base or the cache holds needn't come by here: the push takes it from there.
            await StagingAnswer.BlobAsync(context, digest, null, null);
        }
        else
        {
            await StagingAnswer.UnknownAsync(context, "BLOB_UNKNOWN");
        }
    }
}
