using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Access;
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

        var (hasOwn, obstacle) = await CredentialsAsync(build, tools, cancellationToken);
        if (obstacle is not null)
        {
            return obstacle;
        }

        var job = KanikoJob.For(build, attempt, tools.Options, hasOwn);
        return await JobExecutor.StartAsync(tools, job, cancellationToken);
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

    /// <summary>
    /// Makes a Secret of the build's own where it names two, or one that Kaniko would read otherwise than the operator.
    /// A single one that isn't there is the pod's to wait for.
    /// </summary>
    private static async Task<(bool HasOwn, StepObstacle? Obstacle)> CredentialsAsync(
        GemmaBuild build,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        var (ns, template) = (build.Metadata.NamespaceProperty, BuildObject.Spec(build).Template);
        var needsMerge = BuildCredentials.NeedsMerge(template);
        var credentials = DockerConfig.Empty;
        string?[] names = [template.PullSecretName, template.PushSecretName];
        foreach (var name in names.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var (config, _, problem) = await tools.Secrets.ReadAsync(ns, name, cancellationToken);
            if (config is null)
            {
                return needsMerge ? (false, Refused(problem!)) : (false, null);
            }

            credentials = credentials.With(config);
        }

        if (!needsMerge && credentials.IsPlain)
        {
            return (false, null);
        }

        var json = MergedDockerConfig.Of(credentials, BuildCredentials.Repositories(build, tools.Options.Mirrors));
        return await tools.Api.CreateOwnedAsync(BuildCredentials.Merged(build, json), cancellationToken) is { } taken
            ? (false, new StepObstacle.Blocked(taken))
            : (true, null);
    }

    private static StepObstacle.Impossible Refused(string problem) =>
        new(ClassifiedFailure.Of(FailureReason.AuthenticationFailed, problem));
}
