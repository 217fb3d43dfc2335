using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Steps.Contents;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Cluster;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>
/// Starts the scan of a list of packages: reads it in the registry, and believes it where it is what the build's status
/// says; then makes the ConfigMap that carries it, and the Job.
/// </summary>
internal sealed class ScanEffects(IKubeApi api, RegistryClientFactory door, string operatorImage, TimeProvider time)
{
    /// <summary>Returns the Job that is there now, or why there is none; neither holds up anything else.</summary>
    public async Task<(V1Job? Job, ScanState.Failed? Failure)> StartAsync(
        ImageSnapshot s,
        ScanState.Due due,
        CancellationToken cancellationToken
    )
    {
        var (list, failure) = await ReadAsync(due.Target, cancellationToken);
        if (list is null)
        {
            return (null, failure);
        }

        var image = ImageReference.Parse(due.Target.Build.Status!.Promoted!.Reference);
        var scanner = s.Spec.Verification.Scan.Scanner.Value ?? ScannerKind.Trivy;
        var document = ScanDocument.Render(list, image, scanner);
        if (SbomConfigMap.Render(due.Target.Build, document) is not { } map)
        {
            return Failed(
                ImageReason.Patched.SbomTooLarge,
                $"the list of {list.Packages.Count} packages takes more than a ConfigMap holds"
            );
        }

        try
        {
            if ((await api.CreateOwnedAsync(map, cancellationToken)).Taken is { } other)
            {
                return Failed(ImageReason.Patched.ScannerFailed, other.Message);
            }

            var job = SbomScanJob.Render(s, due.Job, map.Metadata.Name, ImageDigest.Of(document), operatorImage);
            var (made, taken) = await api.CreateOwnedAsync(job, cancellationToken);
            return taken is null ? (made, null) : Failed(ImageReason.Patched.ScannerFailed, taken.Message);
        }
        catch (KubeApiException e) when (e.IsRefusal)
        {
            return Failed(ImageReason.Patched.ScannerFailed, ObjectRefusal.Of(e, ScanJob.Fields).Message);
        }

        (V1Job?, ScanState.Failed?) Failed(string reason, string message) =>
            (null, new ScanState.Failed(due.Target, reason, message));
    }

    private async Task<(PackageList? List, ScanState.Failed? Failure)> ReadAsync(
        ScanTarget target,
        CancellationToken cancellationToken
    )
    {
        var host = ImageReference.Parse(target.Build.Status!.Promoted!.Reference).Repository.Host;
        using var turn = await door.Turns.TakeAsync(host);
        if (turn is null)
        {
            return Failed(ImageReason.Patched.RegistryUnavailable, $"{host}: {RegistryPatience.NoTurn}");
        }

        using var late = new CancellationTokenSource(RegistryPatience.Deadline, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var client = await door.ForBuildAsync(target.Build, both.Token);
            var (list, why) = await new SbomClient(client).ReadAsync(target.Build.Status, both.Token);
            turn.Answered();
            return list switch
            {
                null => Failed(ReasonOf(why), MessageOf(why, target)),
                { HasSources: false } => Failed(ImageReason.Patched.SourcesUnknown, MessageOf(why, target)),
                _ => (list, null),
            };
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            turn.Silent();
            return Failed(
                ImageReason.Patched.RegistryUnavailable,
                $"{host}: no answer within {RegistryPatience.Deadline.TotalSeconds:0} s"
            );
        }
        catch (RegistryException e)
        {
            turn.Heard(e);
            return Failed(ImageReason.Patched.RegistryUnavailable, e.Message);
        }

        (PackageList?, ScanState.Failed?) Failed(string reason, string message) =>
            (null, new ScanState.Failed(target, reason, message));
    }

    private static string ReasonOf(ContentsComparison why) =>
        why switch
        {
            ContentsComparison.DocumentGone => ImageReason.Patched.SbomMissing,
            ContentsComparison.DocumentReplaced => ImageReason.Patched.SbomReplaced,
            ContentsComparison.DocumentUnreadable => ImageReason.Patched.SbomUnreadable,
            _ => ImageReason.Patched.ContentsUnknown,
        };

    private static string MessageOf(ContentsComparison why, ScanTarget target)
    {
        var list = $"the list of packages of build {target.Build.Metadata.Name}";
        return why switch
        {
            ContentsComparison.DocumentGone => $"the registry has {list} no more",
            ContentsComparison.DocumentReplaced =>
                $"what the registry has isn't {list}: its digest or its content is another",
            ContentsComparison.DocumentUnreadable => $"{list} can't be read",
            ContentsComparison.Compared => $"{list} names no source packages, by which advisories are found",
            _ => $"{list} was never stored",
        };
    }
}
