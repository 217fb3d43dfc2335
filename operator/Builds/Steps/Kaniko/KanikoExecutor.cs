using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
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
        bool asksFirst,
        CancellationToken cancellationToken
    )
    {
        var tag = asksFirst ? await AnotherTagAsync(build, tools, attempt, cancellationToken) : null;
        if (await tools.Api.CreateOwnedAsync(BuildContext.For(build), cancellationToken) is { } context)
        {
            return new StepObstacle.Blocked(context);
        }

        var (hasOwn, obstacle) = await CredentialsAsync(build, tools, cancellationToken);
        if (obstacle is not null)
        {
            return obstacle;
        }

        var job = KanikoJob.For(build, attempt, tools.Options, hasOwn, tag);
        return await JobExecutor.StartAsync(tools, job, cancellationToken);
    }

    /// <summary>Asks the registry for the image under the build's unique tag.</summary>
    public static async Task<StepOutcome<PushedImage>> FindAsync(
        GemmaBuild build,
        StepTools tools,
        ImageTag? pushed,
        CancellationToken cancellationToken
    )
    {
        var spec = BuildObject.Spec(build);
        var client = await tools.Registries.ForBuildAsync(build, cancellationToken);
        var repository = ImageRepository.Parse(spec.Template.Output.Repository);
        var tag = pushed ?? CandidateTag.Of(spec);
        var image = await ImageReader.ReadAsync(
            client,
            new ImageReference(repository, tag, null),
            spec.Template.Platform.Text,
            cancellationToken
        );
        return new PushedImage(repository, tag, image.Content.Digest, image.Size);
    }

    /// <summary>
    /// Asks whether the registry answers and takes a push. Where an attempt before this one left an image, whose tag
    /// may be immutable, returns another tag to push; null where the build's own is free. What isn't an outage is for
    /// the executor to tell, which says more.
    /// </summary>
    private static async Task<ImageTag?> AnotherTagAsync(
        GemmaBuild build,
        StepTools tools,
        int attempt,
        CancellationToken cancellationToken
    )
    {
        var spec = BuildObject.Spec(build);
        var repository = ImageRepository.Parse(spec.Template.Output.Repository);
        var own = CandidateTag.Of(spec);
        try
        {
            var client = await tools.Registries.ForBuildAsync(build, cancellationToken);
            await client.CheckPushAsync(repository, cancellationToken);
            await client.ResolveAsync(new ImageReference(repository, own, null), cancellationToken);
            return CandidateTag.OfAttempt(own, attempt);
        }
        catch (RegistryException e) when (!e.IsTransient)
        {
            return null;
        }
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

        var kept = credentials;
        if (template.Output.Insecure && ImageRepository.Parse(template.Output.Repository).Host is var host)
        {
            // What the operator's configuration doesn't call insecure gets no credential over plain HTTP.
            kept = tools.Options.InsecureHosts.Contains(host, StringComparer.Ordinal)
                ? credentials
                : credentials.Without(host);
        }

        if (!needsMerge && credentials.IsPlain && ReferenceEquals(kept, credentials))
        {
            return (false, null);
        }

        var json = MergedDockerConfig.Of(kept, BuildCredentials.Repositories(build, tools.Options.Mirrors));
        return await tools.Api.CreateOwnedAsync(BuildCredentials.Merged(build, json), cancellationToken) is { } taken
            ? (false, new StepObstacle.Blocked(taken))
            : (true, null);
    }

    private static StepObstacle.Impossible Refused(string problem) =>
        new(ClassifiedFailure.Of(FailureReason.AuthenticationFailed, problem));
}
