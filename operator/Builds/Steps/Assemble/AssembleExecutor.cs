using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Registry.Client;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Does the I/O of making an application image.</summary>
internal static class AssembleExecutor
{
    public static async Task<StepOutcome<AssembledApplication>> AssembleAsync(
        BuildSnapshot s,
        StepTools tools,
        AssembleApplication step,
        CancellationToken cancellationToken
    )
    {
        var client = await tools.Registries.ForBuildAsync(s.Build, cancellationToken);
        var (template, application) = (s.Spec.Template, step.Application);
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
            return new StepObstacle.Impossible(ClassifiedFailure.Of(FailureReason.VersionMismatch, misfit));
        }

        var tag = CandidateTag.Of(s.Spec);
        var made = await new ImageAssembler(client).AssembleAsync(
            step.Candidate.Reference,
            application.ServerImage,
            application.Repository,
            tag,
            template.Platform.Text,
            new ApplicationSettings
            {
                User = $"{template.User.Uid}:{template.User.Gid}",
                Port = application.Port,
                Created = s.Build.Metadata.CreationTimestamp ?? DateTime.UnixEpoch,
            },
            cancellationToken
        );
        return new AssembledApplication(
            new ImageStatus
            {
                Reference = made.Reference.ToString(),
                Digest = made.Digest.ToString(),
                Tag = tag.ToString(),
                SizeBytes = made.SizeBytes,
                Build = s.Build.BuildName,
            },
            tools.Now
        );
    }
}
