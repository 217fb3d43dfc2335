using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Does the I/O of making a base image.</summary>
internal static class KanikoExecutor
{
    public static async Task<StepOutcome<JobStarted>> StartAsync(
        GemmaBuild build,
        StepTools tools,
        int attempt,
        CancellationToken cancellationToken
    )
    {
        if (await tools.Api.CreateOwnedAsync(BuildContext.For(build), cancellationToken) is { } context)
        {
            return new StepObstacle.Blocked(context);
        }

        if (
            BuildCredentials.NeedsMerge(BuildObject.Spec(build).Template)
            && await MergeAsync(build, tools, cancellationToken) is { } obstacle
        )
        {
            return obstacle;
        }

        return await JobExecutor.StartAsync(tools, KanikoJob.For(build, attempt, tools.Options), cancellationToken);
    }

    /// <summary>Asks the registry for the image under the build's unique tag.</summary>
    public static async Task<StepOutcome<PushedImage>> FindAsync(
        GemmaBuild build,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        var spec = BuildObject.Spec(build);
        var client = await tools.Registries.ForBuildAsync(build, cancellationToken);
        var repository = ImageRepository.Parse(spec.Template.Output.Repository);
        var tag = CandidateTag.Of(spec);
        var image = await ImageReader.ReadAsync(
            client,
            new ImageReference(repository, tag, null),
            spec.Template.Platform.Text,
            cancellationToken
        );
        return new PushedImage(repository, tag, image.Content.Digest, image.Size);
    }

    /// <summary>Makes one Secret of the two for pulling and pushing; null when it is there.</summary>
    private static async Task<StepObstacle?> MergeAsync(
        GemmaBuild build,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        var (ns, template) = (build.Metadata.NamespaceProperty, BuildObject.Spec(build).Template);
        var (_, pull, noPull) = await tools.Secrets.ReadAsync(ns, template.PullSecretName!, cancellationToken);
        if (noPull is not null)
        {
            return Refused(noPull);
        }

        var (_, push, noPush) = await tools.Secrets.ReadAsync(ns, template.PushSecretName!, cancellationToken);
        if (noPush is not null)
        {
            return Refused(noPush);
        }

        var merged = MergedDockerConfig.Of(pull!, push!);
        if (!merged.TryGet(out var json))
        {
            return Refused(string.Join("; ", merged.Problems));
        }

        return await tools.Api.CreateOwnedAsync(BuildCredentials.Merged(build, json), cancellationToken) is { } taken
            ? new StepObstacle.Blocked(taken)
            : null;
    }

    private static StepObstacle.Impossible Refused(string problem) =>
        new(ClassifiedFailure.Of(FailureReason.AuthenticationFailed, problem));
}
