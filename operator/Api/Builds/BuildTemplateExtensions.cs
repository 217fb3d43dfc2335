using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Isolation;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Builds;

/// <summary>Adds domain words to a build's template.</summary>
internal static class BuildTemplateExtensions
{
    /// <summary>
    /// Decides whether a build keeps the code of packages from credentials. With the identity of a pod it can't: the
    /// cloud's metadata server gives that to every container alike.
    /// </summary>
    public static bool IsIsolated(BuildSpec build, OutputSpec output) =>
        build.Isolation is { } said
            ? said != BuildIsolation.Legacy
            : output.Credentials.Type != CredentialsType.WorkloadIdentity;

    extension(BuildTemplate template)
    {
        /// <summary>Gets whether the image is an index that names one for each of several platforms.</summary>
        public bool IsForSeveral => template.Platforms is { Count: > 1 };

        /// <summary>Gets the platforms of the image, one or more.</summary>
        public IReadOnlyList<WireEnum<Platform>> AllPlatforms =>
            template.Platforms is { Count: > 1 } several ? several : [template.Platform];

        /// <summary>Gets the platform whose part of a build for several this is; null for a whole build.</summary>
        public WireEnum<Platform>? Part => template.Platforms is [var only] ? only : null;

        /// <summary>Gets whether the code of packages is kept from credentials.</summary>
        public bool IsIsolated => IsIsolated(template.Build, template.Output);

        /// <summary>Gets the name of the Secret for pushing; null without one.</summary>
        public string? PushSecretName =>
            template.Output.Credentials is { Type.Value: CredentialsType.Secret, SecretRef.Name: { Length: > 0 } name }
                ? name
                : null;

        /// <summary>Gets the name of the Secret for pulling the base; null without one.</summary>
        public string? PullSecretName =>
            template.PullSecretRef is { Name.Length: > 0 } reference ? reference.Name : null;

        /// <summary>Gets what answers requests in what serves; null when only the base is published.</summary>
        public ServerEngine? Engine =>
            template.Application is { } application ? application.Engine?.Value ?? ServerEngine.Builtin : null;
    }
}
