using KubectlGemma.Local.Engines;
using KubectlGemma.Output;

namespace Quickstart.World;

/// <summary>Says which engine is meant, which has to be on this machine.</summary>
internal static class EngineChoice
{
    /// <param name="asked">An address, or <see cref="EngineNode.Usual"/>.</param>
    /// <exception cref="CliException">None is found, or it isn't on this machine.</exception>
    public static EngineEndpoint Of(string asked)
    {
        var settings = EngineSettings.OfProcess(asked == EngineNode.Usual ? null : asked, context: null);
        var endpoint = new EngineLocator(
            settings,
            path => File.Exists(path) ? File.ReadAllText(path) : null,
            Path.Exists
        ).Find();
        return endpoint.Socket is null
            ? throw new CliException(
                ExitCode.Usage,
                $"--engine: {endpoint} (by {endpoint.By}) is reached by a network, and its containers wouldn't reach "
                    + "the registry, which listens on this machine alone; name an engine with a socket, as "
                    + "unix:///var/run/docker.sock"
            )
            : endpoint;
    }
}
