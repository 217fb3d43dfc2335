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
        foreach (var problem in Problems(pod))
        {
            yield return Line.Of(indent + "  ", new Piece(problem, Tone.Warning));
        }
    }

    private static IEnumerable<string> Problems(V1Pod pod)
    {
        if (pod.Status?.Phase is "Succeeded")
        {
            yield break;
        }

        foreach (var c in pod.Status?.Conditions?.Where(c => c.Status == "False" && c.Message is { Length: > 0 }) ?? [])
        {
            yield return $"{c.Type} is False, {c.Reason}: {c.Message}";
        }

        foreach (var c in (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []))
        {
            if (c.State?.Waiting is { } waiting)
            {
                yield return $"container {c.Name} waits, {waiting.Reason}: {waiting.Message}";
            }
            else if (c.State?.Terminated is { ExitCode: not 0 } ended)
            {
                yield return $"container {c.Name} ended with {ended.ExitCode}, {ended.Reason}";
            }

            if (c.RestartCount > 0)
            {
                yield return $"container {c.Name} was started {c.RestartCount + 1} times";
            }
        }
    }
}
