using GemmaOperator.Api;
using GemmaOperator.Build;
using GemmaOperator.Registry;

namespace GemmaOperator.Reconcilers;

/// <summary>Opens registries with the credentials that an object names.</summary>
internal sealed class RegistryDoor(HttpClient http, RegistryAccess access, SecretReader secrets, TimeProvider time)
{
    /// <summary>A client for the base image alone.</summary>
    public Task<RegistryClient> ForBaseAsync(GemmaBaseImage image, CancellationToken cancellationToken) =>
        OpenAsync(image.Metadata.NamespaceProperty, [image.Spec!.Base.PullSecretRef?.Name], null, cancellationToken);

    /// <summary>A client for all that a build reads and writes.</summary>
    public Task<RegistryClient> ForBuildAsync(GemmaBuild build, CancellationToken cancellationToken)
    {
        var template = build.Spec!.Template;
        return OpenAsync(
            build.Metadata.NamespaceProperty,
            [BuildCredentials.PullSecret(template), BuildCredentials.PushSecret(template)],
            template.Output.Insecure ? ImageRepository.Parse(template.Output.Repository).Host : null,
            cancellationToken);
    }

    /// <exception cref="RegistryException">A Secret went or broke since it was checked.</exception>
    private async Task<RegistryClient> OpenAsync(
        string ns, IReadOnlyList<string?> names, string? insecureHost, CancellationToken cancellationToken)
    {
        var credentials = access.Credentials;
        foreach (var name in names.Where(n => !string.IsNullOrEmpty(n)).Distinct(StringComparer.Ordinal))
        {
            var (config, _, problem) = await secrets.ReadAsync(ns, name!, cancellationToken);
            credentials = config is not null
                ? credentials.With(config)
                : throw new RegistryException(RegistryError.Unauthorized, problem!);
        }

        var own = access with { Credentials = credentials };
        return new RegistryClient(http, insecureHost is null ? own : own.WithInsecure(insecureHost), time);
    }
}
