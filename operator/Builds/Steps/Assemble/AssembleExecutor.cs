using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.Client;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Does the I/O of making an application image.</summary>
internal static class AssembleExecutor
{
    /// <summary>Layers are copied beside the reconcile, which holds up others of its kind.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    public static async Task<StepOutcome<AssembledApplication>> AssembleAsync(
        BuildSnapshot s,
        StepTools tools,
        Candidate candidate,
        ApplicationTarget application,
        CancellationToken cancellationToken
    )
    {
        var client = await tools.Registries.ForBuildAsync(s.Build, cancellationToken);
        var template = s.Spec.Template;
        var server = await ImageReader.ReadAsync(
            client,
            application.ServerImage,
            template.Platform.Text,
            cancellationToken
        );
        if (
            ServerCompatibility.Problem(
                application.ServerImage.ToString(),
                server.Labels,
                s.Status.Verification?.TorchVersion ?? template.Verification?.Pytorch
            ) is
            { } misfit
        )
        {
            var failure = ClassifiedFailure.Of(FailureReason.VersionMismatch, misfit) with { IsExternal = true };
            return new StepObstacle.Impossible(
                failure with
                {
                    Failure = failure.Failure with { ServerImage = server.Content.Digest.ToString() },
                }
            );
        }

        var tag = CandidateTag.Of(s.Spec);
        var assembly = await new ImageAssembler(client, tools.Copies, s.Build.Metadata.NamespaceProperty).AssembleAsync(
            new AssemblyParts(
                candidate.Reference,
                application.ServerImage,
                application.Repository,
                tag,
                template.Platform.Text
            ),
            SettingsOf(s, application, s.Build.Metadata.CreationTimestamp ?? DateTime.UnixEpoch),
            Patience,
            cancellationToken
        );
        if (assembly is not Assembly.Done { Image: var made })
        {
            return Underway((Assembly.Copying)assembly);
        }

        return new AssembledApplication(
            new ImageStatus
            {
                Reference = made.Reference.ToString(),
                Digest = made.Digest.ToString(),
                Tag = made.Tag.ToString(),
                SizeBytes = made.SizeBytes,
                Build = s.Build.BuildName,
            },
            tools.Now,
            made.BytesCopied
        );
    }

    /// <summary>Returns what the application's config says of its start.</summary>
    public static ApplicationSettings SettingsOf(BuildSnapshot s, ApplicationTarget application, DateTime created) =>
        new()
        {
            User = $"{s.Spec.Template.User.Uid}:{s.Spec.Template.User.Gid}",
            Port = application.Port,
            Created = created,
        };

    private static StepObstacle.Underway Underway(Assembly.Copying copying)
    {
        var why = copying.RefusesMounts is { } host
            ? $"{host} doesn't mount layers across repositories"
            : "the server image is in another registry";
        return new StepObstacle.Underway(
            ImageReason.Reconciling.CopyingLayers,
            $"Copying layers, since {why}: {copying.LayersLeft} "
                + $"({CopiedBytes.Render(copying.BytesLeft)}) are left",
            $"{why}: {copying.Layers} layers with {CopiedBytes.Render(copying.Bytes)} are copied, which takes a while",
            LookAgainAfter,
            StepLog.Assemble
        );
    }
}
