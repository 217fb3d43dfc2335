using Microsoft.AspNetCore.Http;

namespace GemmaOperator.Dashboard;

/// <summary>
/// Tells a browser by server-sent events that its page is old. What has changed isn't in it: the page is asked for
/// again, by the same rights. A stream ends after some minutes, so that who opened it is asked for again, too.
/// </summary>
internal static class LiveStream
{
    /// <summary>Says how often at most a page is asked for again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Keeps proxies from taking a quiet stream for a dead one.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static async Task ServeAsync(
        HttpContext context,
        ChangeHub.Follower changes,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        await SendAsync("retry: 3000\n\n");
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < Longest)
        {
            if (await ChangedAsync(changes, time, cancellationToken))
            {
                await SendAsync("event: changed\ndata: \n\n");
                await Task.Delay(Pause, time, cancellationToken);
            }
            else
            {
                await SendAsync(":\n\n");
            }
        }

        async Task SendAsync(string text)
        {
            await response.WriteAsync(text, cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Waits for a change, but not for ever.</summary>
    private static async Task<bool> ChangedAsync(
        ChangeHub.Follower changes,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var quiet = new CancellationTokenSource(Quiet, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cancellationToken);
        try
        {
            await changes.NextAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
