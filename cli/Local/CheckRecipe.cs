using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Engines;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;
using k8s.Models;

namespace KubectlGemma.Local;

/// <summary>
/// Renders the container that runs the operator's check in a local image, confined as the operator's Job is, and reads
/// what it says.
/// </summary>
internal static class CheckRecipe
{
    /// <summary>
    /// The report is read from what the check writes: a container has no file for its last message, as a kubelet gives.
    /// </summary>
    private const string Nowhere = "/dev/null";

    /// <param name="build">The build.</param>
    /// <param name="imageId">What it came to.</param>
    /// <param name="verification">What it must prove.</param>
    /// <param name="network">Network; empty: the engine's usual one.</param>
    public static CreateContainerParameters For(
        GemmaBuild build,
        string imageId,
        VerificationTemplate verification,
        string network
    )
    {
        var candidate = new ImageStatus { Reference = imageId, Digest = imageId };
        var pod = VerifyJob.For(build, candidate, verification, attempt: 1).Spec.Template.Spec;
        var container = pod.Containers[0];
        var argument = JsonNode.Parse(PodText.Read(container.Args[1]))!;
        argument["log"] = Nowhere;
        return new CreateContainerParameters
        {
            Image = imageId,
            Entrypoint = [.. container.Command],
            Cmd = [container.Args[0], argument.ToJsonString()],
            Env = [.. container.Env.Select(e => $"{e.Name}={PodText.Read(e.Value)}")],
            WorkingDir = container.WorkingDir,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [LocalRecipe.LocalLabel] = "true" },
            HostConfig = new HostConfig
            {
                CapDrop = ["ALL"],
                SecurityOpt = ["no-new-privileges"],
                ReadonlyRootfs = true,
                NetworkMode = network,
                Tmpfs = container.VolumeMounts.ToDictionary(
                    m => m.MountPath,
                    m => $"rw,exec,mode=1777,size={LimitOf(pod, m.Name)}",
                    StringComparer.Ordinal
                ),
            },
        };
    }

    /// <summary>Judges what a check has written.</summary>
    /// <param name="template">The build's.</param>
    /// <param name="verification">What the image must prove.</param>
    /// <param name="imageId">The image.</param>
    /// <param name="user">User in its config.</param>
    /// <param name="output">What the check wrote.</param>
    /// <param name="took">How long it took.</param>
    public static LocalVerification Judge(
        BuildTemplate template,
        VerificationTemplate verification,
        string imageId,
        string user,
        string output,
        TimeSpan took
    )
    {
        var digest = ImageDigest.Parse(imageId);
        var message = output.Split('\n', 2)[0];
        if (!VerifyReport.TryRead(message, out var report, out var problem))
        {
            return new LocalVerification(null, $"the check inside it: {problem}", null, null, took);
        }

        var verdict = VerifyVerdict.Judge(
            verification,
            digest,
            user,
            report!,
            servesFromLibtorch: template.Engine == ServerEngine.Builtin,
            publishedUpdates: null
        );
        return new LocalVerification(
            verdict.Status,
            verdict.Failure?.Failure.Message,
            ContentsLog.Read(message, output, digest) is ContentsReading.Listed { List: var list }
                ? list.Packages.Count
                : null,
            null,
            took
        );
    }

    private static string LimitOf(V1PodSpec pod, string volume) =>
        pod.Volumes.Single(v => v.Name == volume).EmptyDir.SizeLimit.ToDecimal().ToString("0", null);
}
