using LocalCluster.Nodes;
using StandIns.Processes;

namespace Quickstart.Containers;

/// <summary>Asks a sidecar whether it has started, as a kubelet does.</summary>
internal static class StartupProbe
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>Says that a sidecar has started once its probe is answered.</summary>
    public static async Task FollowAsync(
        ContainerSpec container,
        HttpClient http,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (container.Settings.StartupProbe is var (port, path))
            {
                var address = new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", port, path).Uri;
                while (
                    await HttpProbe.StatusAsync(http, address, cancellationToken) is not { } status
                    || (int)status is < 200 or >= 400
                )
                {
                    await Task.Delay(Period, time, cancellationToken);
                }
            }

            container.Ready();
        }
        catch (OperationCanceledException)
        {
            // It ended first.
        }
    }
}
