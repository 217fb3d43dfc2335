using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Promote;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>Carries out the next step of a GemmaBuild, and says what came of it. Every step may be repeated.</summary>
internal sealed class BuildEffects(
    IKubeApi api,
    RegistryClientFactory door,
    SecretReader secrets,
    KanikoOptions kaniko,
    string operatorImage,
    TimeProvider time
)
{
    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public async Task<BuildOutcome> CarryOutAsync(
        BuildSnapshot s,
        BuildDecision decision,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return decision switch
            {
                BuildDecision.StartJob start => await StartAsync(s.Build, start.Attempt, cancellationToken),
                BuildDecision.ConfirmPush confirm => await ConfirmAsync(s.Build, confirm.Digest, cancellationToken),
                BuildDecision.Inspect inspect => await InspectAsync(s.Build, inspect.Candidate, cancellationToken),
                BuildDecision.StartVerify start => await StartVerifyAsync(s, start.Attempt, cancellationToken),
                BuildDecision.StartScan start => await StartScanAsync(s, start.Attempt, cancellationToken),
                BuildDecision.RetryScan { Job: var job } => await DeleteAsync(s.Build, job, cancellationToken),
                BuildDecision.Accept { Job: { } job } => await DeleteAsync(s.Build, job, cancellationToken),
                BuildDecision.Reject { Job: { } job } => await DeleteAsync(s.Build, job, cancellationToken),
                BuildDecision.Assemble assemble => await AssembleAsync(s.Build, assemble, cancellationToken),
                BuildDecision.Promote promote => await PromoteAsync(s.Build, promote.Candidate, cancellationToken),
                BuildDecision.Cancel cancel => await StopAsync(s.Build, cancel.Jobs, cancellationToken),
                BuildDecision.SeekJob seek => await SeekAsync(s.Build, seek.Job, cancellationToken),
                BuildDecision.StartOver over => await DeleteAsync(s.Build, over.Job, cancellationToken),
                BuildDecision.GiveUp gone => await DeleteAsync(s.Build, gone.Job, cancellationToken),
                _ => new BuildOutcome.Nothing(),
            };
        }
        catch (RegistryException e)
        {
            return e.IsTransient ? new BuildOutcome.Unavailable(e.Message) : new BuildOutcome.Impossible(FailureOf(e));
        }
    }

    private async Task<BuildOutcome> StartAsync(GemmaBuild build, int attempt, CancellationToken cancellationToken)
    {
        if (await api.CreateOwnedAsync(BuildContext.For(build), cancellationToken) is { } context)
        {
            return new BuildOutcome.Blocked(context);
        }

        if (BuildCredentials.NeedsMerge(build.Spec!.Template))
        {
            var (pull, problem) = await SecretAsync(build, build.Spec.Template.PullSecretName!, cancellationToken);
            (var push, problem) = problem is null
                ? await SecretAsync(build, build.Spec.Template.PushSecretName!, cancellationToken)
                : (null, problem);
            var merged = problem is null ? MergedDockerConfig.Of(pull!, push!) : null;
            if (merged is null || !merged.TryGet(out var json))
            {
                return new BuildOutcome.Impossible(
                    ClassifiedFailure
                        .Of(FailureReason.AuthenticationFailed, problem ?? string.Join("; ", merged!.Problems))
                        .Failure
                );
            }

            if (await api.CreateOwnedAsync(BuildCredentials.Merged(build, json), cancellationToken) is { } secret)
            {
                return new BuildOutcome.Blocked(secret);
            }
        }

        return await StartAsync(KanikoJob.For(build, attempt, kaniko), cancellationToken);
    }

    private async Task<(byte[]? Json, string? Problem)> SecretAsync(
        GemmaBuild build,
        string name,
        CancellationToken cancellationToken
    )
    {
        var (_, json, problem) = await secrets.ReadAsync(build.Metadata.NamespaceProperty, name, cancellationToken);
        return (json, problem);
    }

    private async Task<BuildOutcome> StartAsync(V1Job job, CancellationToken cancellationToken) =>
        await api.CreateOwnedAsync(job, cancellationToken) is { } taken
            ? new BuildOutcome.Blocked(taken)
            : new BuildOutcome.JobStarted(job.Metadata.Name);

    private async Task<BuildOutcome> ConfirmAsync(
        GemmaBuild build,
        string? reported,
        CancellationToken cancellationToken
    )
    {
        var client = await door.ForBuildAsync(build, cancellationToken);
        var repository = ImageRepository.Parse(build.Spec!.Template.Output.Repository);
        var tag = CandidateTag.Of(build.Spec);
        var image = await ImageReader.ReadAsync(
            client,
            new ImageReference(repository, tag, null),
            build.Spec.Template.Platform.Text,
            cancellationToken
        );
        var digest = image.Content.Digest.ToString();
        return reported is null || reported == digest
            ? new BuildOutcome.PushConfirmed(
                new ImageStatus
                {
                    Reference = $"{repository}@{digest}",
                    Digest = digest,
                    Tag = tag.ToString(),
                    SizeBytes = image.Size,
                    Build = build.BuildName,
                }
            )
            : new BuildOutcome.Impossible(
                ClassifiedFailure
                    .Of(
                        FailureReason.PushFailed,
                        $"The executor says that it pushed {reported}, but {repository}:{tag} is {digest}"
                    )
                    .Failure
            );
    }

    private async Task<BuildOutcome> InspectAsync(
        GemmaBuild build,
        ImageStatus candidate,
        CancellationToken cancellationToken
    )
    {
        var client = await door.ForBuildAsync(build, cancellationToken);
        var template = build.Spec!.Template;
        var image = await ImageReader.ReadAsync(
            client,
            ImageReference.Parse(candidate.Reference),
            template.Platform.Text,
            cancellationToken
        );
        return new BuildOutcome.Inspected(ImageUserRule.Judge(template.Verification!, image.User));
    }

    private Task<BuildOutcome> StartVerifyAsync(BuildSnapshot s, int attempt, CancellationToken cancellationToken) =>
        StartAsync(
            VerifyJob.For(s.Build, s.Status.Candidate!, s.Spec.Template.Verification!, attempt),
            cancellationToken
        );

    private async Task<BuildOutcome> StartScanAsync(BuildSnapshot s, int attempt, CancellationToken cancellationToken)
    {
        if (operatorImage.Length == 0)
        {
            return new BuildOutcome.Impossible(
                ClassifiedFailure
                    .Of(
                        FailureReason.ScannerUnavailable,
                        "the operator was started without --operator-image, which reduces the scanner's report"
                    )
                    .Failure
            );
        }

        var (candidate, template) = (s.Status.Candidate!, s.Spec.Template);
        var host = ImageReference.Parse(candidate.Reference).Repository.Host;
        var isInsecure = template.Output.Insecure || kaniko.InsecureHosts.Contains(host, StringComparer.Ordinal);
        return await StartAsync(
            ScanJob.For(s.Build, candidate, template.Verification!.Scan!, operatorImage, isInsecure, attempt, s.Now),
            cancellationToken
        );
    }

    private async Task<BuildOutcome> SeekAsync(GemmaBuild build, string job, CancellationToken cancellationToken) =>
        await api.GetAsync<V1Job>(build.Metadata.NamespaceProperty, job, cancellationToken) is { } found
        && found.Metadata.OwnerReferences?.Any(o => o.Uid == build.Metadata.Uid) == true
            ? new BuildOutcome.Nothing()
            : new BuildOutcome.JobGone();

    private async Task<BuildOutcome> DeleteAsync(GemmaBuild build, string job, CancellationToken cancellationToken)
    {
        await api.DeleteAsync<V1Job>(build.Metadata.NamespaceProperty, job, null, cancellationToken);
        return new BuildOutcome.Nothing();
    }

    private async Task<BuildOutcome> AssembleAsync(
        GemmaBuild build,
        BuildDecision.Assemble assemble,
        CancellationToken cancellationToken
    )
    {
        var client = await door.ForBuildAsync(build, cancellationToken);
        var (template, application) = (build.Spec!.Template, assemble.Application);
        var server = await ImageReader.ReadAsync(
            client,
            ImageReference.Parse(application.ServerImage),
            template.Platform.Text,
            cancellationToken
        );
        if (
            ServerCompatibility.Problem(
                application.ServerImage,
                server.Labels,
                build.Status?.Verification?.TorchVersion ?? template.Verification?.Pytorch
            ) is
            { } misfit
        )
        {
            return new BuildOutcome.Impossible(ClassifiedFailure.Of(FailureReason.VersionMismatch, misfit).Failure);
        }

        var tag = CandidateTag.Of(build.Spec);
        var made = await new ImageAssembler(client).AssembleAsync(
            ImageReference.Parse(assemble.Candidate.Reference),
            ImageReference.Parse(application.ServerImage),
            ImageRepository.Parse(application.Repository),
            tag,
            template.Platform.Text,
            new ApplicationSettings
            {
                User = $"{template.User.Uid}:{template.User.Gid}",
                Port = application.Port,
                Created = build.Metadata.CreationTimestamp ?? DateTime.UnixEpoch,
            },
            cancellationToken
        );
        return new BuildOutcome.Assembled(
            new ImageStatus
            {
                Reference = made.Reference.ToString(),
                Digest = made.Digest.ToString(),
                Tag = tag.ToString(),
                SizeBytes = made.SizeBytes,
                Build = build.BuildName,
            },
            Now
        );
    }

    private async Task<BuildOutcome> PromoteAsync(
        GemmaBuild build,
        ImageStatus candidate,
        CancellationToken cancellationToken
    )
    {
        var client = await door.ForBuildAsync(build, cancellationToken);
        await new Promotion(client).MoveAsync(
            ImageReference.Parse(candidate.Reference),
            [.. build.Spec!.Template.Output.AliasTags.Select(ImageTag.Parse)],
            cancellationToken
        );
        return new BuildOutcome.Promoted(candidate with { Build = build.BuildName }, Now);
    }

    private async Task<BuildOutcome> StopAsync(
        GemmaBuild build,
        IReadOnlyList<string> jobs,
        CancellationToken cancellationToken
    )
    {
        foreach (var job in jobs)
        {
            await DeleteAsync(build, job, cancellationToken);
        }

        return new BuildOutcome.Canceled();
    }

    private static BuildFailure FailureOf(RegistryException e) =>
        ClassifiedFailure
            .Of(
                e.Error is RegistryError.Unauthorized or RegistryError.Denied
                    ? FailureReason.AuthenticationFailed
                    : FailureReason.PushFailed,
                e.Message
            )
            .Failure;
}
