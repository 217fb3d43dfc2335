using GemmaOperator.Cluster;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Reads the digest that the executor leaves in the termination message.</summary>
internal static class DigestReport
{
    /// <summary>Reads the digest of a succeeded pod, or what was found instead.</summary>
    /// <param name="observed">A Job that completed.</param>
    public static Parsed<ImageDigest> Read(ObservedJob observed)
    {
        const string Remedy = "spec.build.executorImage must be a Kaniko executor that knows --digest-file";
        var ended = observed
            .Ended(KanikoJob.Pusher(observed.Job))
            .Where(t => t.ExitCode == 0)
            .MaxBy(t => t.FinishedAt ?? DateTime.MinValue);
        if (ended is null)
        {
            return Parsed<ImageDigest>.Wrong("termination message", "no pod of the Job has ended well", Remedy);
        }

        return ImageDigest.TryParse(ended.Message?.Trim(), out var digest, out _)
            ? Parsed<ImageDigest>.Of(digest)
            : Parsed<ImageDigest>.Wrong(
                "termination message",
                $"it isn't a digest but {Quoted.Of(MaskedLog.Clean(ended.Message ?? ""))}",
                Remedy
            );
    }

    public static bool IsDigest(string? message) => ImageDigest.TryParse(message?.Trim(), out _, out _);
}
