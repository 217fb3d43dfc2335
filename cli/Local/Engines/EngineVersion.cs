using System.Globalization;
using Docker.DotNet.Models;
using GemmaOperator.Text;
using KubectlGemma.Output;

namespace KubectlGemma.Local.Engines;

/// <summary>Holds what an engine is.</summary>
/// <param name="Name">For example <c>Engine 20.10.24</c>.</param>
/// <param name="Platform">What it builds for, as in <c>linux/amd64</c>.</param>
internal sealed record EngineVersion(string Name, string Platform)
{
    /// <summary>Is the first API whose builds take a platform (Docker 18.03).</summary>
    private static readonly System.Version Least = new(1, 32);

    /// <exception cref="CliException">It is too old, or says nothing that is understood.</exception>
    public static EngineVersion Of(VersionResponse said, EngineEndpoint endpoint)
    {
        if (!System.Version.TryParse(said.APIVersion, out var api))
        {
            throw new CliException(
                ExitCode.NoCluster,
                $"what answers at {endpoint} (by {endpoint.By}) names no version of its API; it is no container engine"
            );
        }

        if (api < Least)
        {
            throw new CliException(
                ExitCode.Refused,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the engine at {endpoint} speaks API {api}, and {Least} is needed (Docker 18.03 or Podman 3)"
                )
            );
        }

        var name = said.Components?.FirstOrDefault()?.Name is { Length: > 0 } named ? named : "Engine";
        return new EngineVersion(Truncation.Shorten($"{name} {said.Version}", 60), $"{said.Os}/{said.Arch}");
    }
}
