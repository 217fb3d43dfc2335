using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace StandIns.Hub;

/// <summary>Sends a file or a range of it, with what goes wrong on the way.</summary>
internal sealed class HubBody(HubStandIn hub, HubFile file)
{
    private const int Block = 256 << 10;

    public async Task SendAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var (start, end) = (0L, file.Size);
        var range = context.Request.GetTypedHeaders().Range?.Ranges.FirstOrDefault();
        if (range is { From: { } from } && hub.Fault<HubFault.IgnoresRanges>(path) is null)
        {
            if (from >= file.Size)
            {
                context.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                return;
            }

            (start, end) = (from, Math.Min(file.Size, (range.To ?? long.MaxValue - 1) + 1));
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture,
                $"bytes {start}-{end - 1}/{file.Size}"
            );
        }

        context.Response.ContentLength = end - start;
        context.Response.Headers[HeaderNames.AcceptRanges] = "bytes";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await WriteAsync(context, path, start, end);
        }
    }

    private async Task WriteAsync(HttpContext context, string path, long start, long end)
    {
        var cut = hub.Fault<HubFault.Cuts>(path)?.AfterBytes;
        var stall = hub.Fault<HubFault.Stalls>(path)?.AfterBytes;
        var spoils = hub.Fault<HubFault.Spoils>(path) is not null;
        var stop = start + Math.Min(end - start, Math.Min(cut ?? long.MaxValue, stall ?? long.MaxValue));
        for (var at = start; at < stop; )
        {
            var length = (int)Math.Min(Block, stop - at);
            var block = context.Response.BodyWriter.GetMemory(length)[..length];
            file.Read(at, block.Span);
            if (spoils && at == start)
            {
                block.Span[0] ^= 0xFF;
            }

            context.Response.BodyWriter.Advance(length);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            at += length;
        }

        if (stop < end)
        {
            // The headers go out even where not a byte follows.
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            if (stall is not null)
            {
                await hub.StandStillAsync(context.RequestAborted);
            }

            context.Abort();
        }
    }
}
