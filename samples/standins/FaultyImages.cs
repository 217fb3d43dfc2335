using System.Text.Json.Nodes;
using LocalCluster.Images;
using LocalCluster.Nodes;
using StandIns.Processes;

namespace StandIns;

/// <summary>
/// Runs servers as their images say: one that carries a <see cref="Variable"/> in its environment says its last words
/// and crashes, as an image with a fault in it does on every node. The rest is left to <paramref name="others"/>.
/// </summary>
/// <param name="others">Runs them.</param>
/// <param name="http">For this machine's registries.</param>
/// <param name="time">The clock of the crash.</param>
/// <param name="step">Time that it takes to crash.</param>
public sealed class FaultyImages(IPodRunner others, HttpClient http, TimeProvider time, TimeSpan step) : IPodRunner
{
    /// <summary>Names the variable of an image's config; its value is what the server says before it crashes.</summary>
    public const string Variable = "STAND_IN_FAULT";

    /// <summary>Is how a shell shows a segmentation fault.</summary>
    private const int SegmentationFault = 139;

    /// <inheritdoc/>
    public async Task<ContainerResult> RunAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        if (!container.Serves || await FaultAsync(container.Image, cancellationToken) is not { } words)
        {
            return await others.RunAsync(container, cancellationToken);
        }

        await Task.Delay(step, time, cancellationToken);
        container.Log(words);
        return new ContainerResult(SegmentationFault);
    }

    private async Task<string?> FaultAsync(string image, CancellationToken cancellationToken)
    {
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        var at = image.IndexOf('@', StringComparison.Ordinal);
        if (slash < 0 || at < slash || !OwnMachine.Is(image[..slash]))
        {
            return null;
        }

        var found = await new ImageSeeder(http, image[..slash]).FindAsync(
            image[(slash + 1)..at],
            image[(at + 1)..],
            cancellationToken
        );
        return (found?.Config["config"]?["Env"] as JsonArray ?? [])
            .Select(e => (string?)e ?? "")
            .FirstOrDefault(e => e.StartsWith($"{Variable}=", StringComparison.Ordinal))
            ?[(Variable.Length + 1)..];
    }
}
