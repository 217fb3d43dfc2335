using GemmaOperator.BaseImages.Upgrade;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Check;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.Hosting;

/// <summary>Tells what this release of the operator would build or replace in a cluster, before it is let in.</summary>
internal static class UpgradeCheck
{
    private const string All = "GemmaBaseImages";

    /// <summary>Returns a line for each thing that would happen, or wouldn't.</summary>
    /// <param name="client">The API server; only read from.</param>
    /// <param name="namespaces">Where; empty means everywhere.</param>
    /// <param name="options">What the operator is to be given.</param>
    /// <param name="time">The time.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IReadOnlyList<CheckLine>> ReadAsync(
        KubeClient client,
        IReadOnlyList<string> namespaces,
        OperatorOptions options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var version = await client.VersionAsync(cancellationToken);
            var reader = new UpgradeReader(client.Api, options, ImageVolumes.AreMounted(MinorOf(version)), time);
            var found = await reader.ReadAsync(namespaces, cancellationToken);
            return found.Count == 0
                ? [CheckLine.Ok(All, "there are none")]
                : [.. found.SelectMany(f => f.Notes.Select(note => Line(f.Key.ToString(), note)))];
        }
        catch (KubeApiException e)
        {
            return
            [
                CheckLine.Fail(
                    All,
                    e.Message,
                    "'kubectl get gbi -A' must answer with the same --kubeconfig and --context"
                ),
            ];
        }
    }

    private static CheckLine Line(string name, UpgradeNote note) =>
        note.Effect switch
        {
            UpgradeEffect.None or UpgradeEffect.Later => CheckLine.Ok(name, note.Why),
            UpgradeEffect.Builds => CheckLine.Warn(
                name,
                $"would be built: {note.Why}",
                "to have it wait, set spec.suspend to true before"
            ),
            UpgradeEffect.ReplacesPods => CheckLine.Warn(
                name,
                $"would have its pods replaced: {note.Why}",
                "they are, by spec.rollout.strategy; let that be a good moment"
            ),
            UpgradeEffect.Refuses => CheckLine.Warn(
                name,
                $"would be Stalled: {note.Why}",
                "what serves goes on serving; nothing newer is built until this is mended"
            ),
            UpgradeEffect.Unknown => CheckLine.Warn(
                name,
                $"can't be foretold: {note.Why}",
                "run it with the rights of the operator"
            ),
        };

    private static int? MinorOf(VersionInfo version) =>
        int.TryParse(version.Minor?.TrimEnd('+'), System.Globalization.CultureInfo.InvariantCulture, out var minor)
            ? minor
            : null;
}
