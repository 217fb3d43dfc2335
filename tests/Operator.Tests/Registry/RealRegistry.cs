using StandIns.Processes;

namespace Operator.Tests.Registry;

/// <summary>Starts Debian's distribution server, or leaves a test out where it isn't installed.</summary>
internal static class RealRegistry
{
    public static Task<DistributionServer> StartAsync(string? htpasswd = null)
    {
        if (!DistributionServer.IsInstalled)
        {
            Assert.Ignore("docker-registry isn't installed: apt-get install docker-registry");
        }

        return DistributionServer.StartAsync(htpasswd, CancellationToken.None);
    }
}
