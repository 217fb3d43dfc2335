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
        var isIsolated = BuildObject.Spec(build).Template.IsIsolated;
        if (isIsolated && tools.Options.OperatorImage.Length == 0)
        {
            return new StepObstacle.Impossible(
                ClassifiedFailure.Of(
                    FailureReason.ExecutorFailed,
                    "The operator was started without --operator-image, which pushes what isolated builds make",
                    isTransient: false,
                    remedy: "Start it with its own image's reference, or set spec.build.isolation to Legacy."
                )
            );
        }

        var tag = asksFirst ? await AnotherTagAsync(build, tools, attempt, cancellationToken) : null;
        if ((await tools.Api.CreateOwnedAsync(BuildContext.For(build), cancellationToken)).Taken is { } context)
        {
            return new StepObstacle.Blocked(context);
        }

        // An isolated build's credentials are read by the operator's own code.
        var (hasOwn, obstacle) = isIsolated ? (false, null) : await CredentialsAsync(build, tools, cancellationToken);
        if (obstacle is not null)
        {
            return obstacle;
        }

        // A life before this one may have found the other tag free.
        ImageTag? other = tag is null
            ? CandidateTag.OfAttempt(CandidateTag.Of(BuildObject.Spec(build)), attempt)
            : null;
        return await JobExecutor.StartAsync(
            tools,
            KanikoJob.For(build, attempt, tools.Options, hasOwn, tag),
            cancellationToken,
            KanikoJob.For(build, attempt, tools.Options, hasOwn, other)
        );
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
        var secret = BuildCredentials.Merged(build, json);
        return (await tools.Api.CreateOwnedAsync(secret, cancellationToken)).Taken is { } taken
            ? (false, new StepObstacle.Blocked(taken))
            : (true, null);
    }

    private static StepObstacle.Impossible Refused(string problem) =>
        new(ClassifiedFailure.Of(FailureReason.AuthenticationFailed, problem));
}
