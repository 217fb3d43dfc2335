using GemmaOperator.Cluster.Pods;
using GemmaOperator.Text;
using k8s.Models;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out a pod: its phase, where it is, and which of its conditions or containers aren't well.</summary>
internal static class PodView
{
    public static IEnumerable<Line> Lines(V1Pod pod, DateTime now, string indent)
    {
        yield return Line.Of(
            new Piece(indent + "pod ", Tone.Dim),
            pod.Metadata.Name,
            "  ",
            new Piece(pod.Status?.Phase ?? "Unknown", Tones.OfPhase(pod.Status?.Phase)),
            pod.Spec?.NodeName is { } node ? $"  on {node}" : "  on no node",
            new Piece($"  {Ages.Since(pod.Metadata.CreationTimestamp, now)}", Tone.Dim),
            pod.Metadata.DeletionTimestamp is null ? "" : new Piece("  being deleted", Tone.Warning)
        );
        foreach (var problem in PodComplaints.Of(pod))
        {
            yield return Line.Of(indent + "  ", new Piece(problem, Tone.Warning));
        }
    }
}
