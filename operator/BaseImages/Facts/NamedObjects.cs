using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Lists the objects that a spec names, by field: those that are read when it is understood, and whose changes make it
/// be understood again. Works for specs that aren't valid, too.
/// </summary>
internal static class NamedObjects
{
    /// <summary>Lists all Secrets, whatever they hold.</summary>
    public static IEnumerable<(string Field, string Name)> Secrets(GemmaBaseImageSpec? spec) =>
        RegistrySecrets(spec).Concat(TokenSecrets(spec).Select(s => (s.Field, s.Name)));

    /// <summary>Lists the Secrets with an access token of a hub, each with its key.</summary>
    public static IEnumerable<(string Field, string Name, string Key)> TokenSecrets(GemmaBaseImageSpec? spec) =>
        Served(spec)?.Hub?.TokenSecretRef is { Name.Length: > 0 } token
            ? [("spec.rollout.server.model.hub.tokenSecretRef", token.Name, token.Key ?? "")]
            : [];

    /// <summary>Lists the Secrets with credentials of registries.</summary>
    public static IEnumerable<(string Field, string Name)> RegistrySecrets(GemmaBaseImageSpec? spec) =>
        Named(
            ("spec.base.pullSecretRef", spec?.Base?.PullSecretRef?.Name),
            (
                "spec.output.credentials.secretRef",
                spec?.Output?.Credentials is { Type.Value: CredentialsType.Secret, SecretRef.Name: var push }
                    ? push
                    : null
            ),
            ("spec.rollout.server.model.image.pullSecretRef", Served(spec)?.Image?.PullSecretRef?.Name)
        );

    public static IEnumerable<(string Field, string Name)> ConfigMaps(GemmaBaseImageSpec? spec) =>
        Named(
            ("spec.requirements.configMapRef", spec?.Requirements?.ConfigMapRef?.Name),
            ("spec.dockerfile.configMapRef", spec?.Dockerfile?.ConfigMapRef?.Name)
        );

    /// <summary>Returns the model of the pods; null where there are none.</summary>
    private static ModelSpec? Served(GemmaBaseImageSpec? spec) =>
        spec?.Rollout is { Mode.Value: RolloutMode.Managed, Server.Model: { } model } ? model : null;

    private static IEnumerable<(string Field, string Name)> Named(params (string Field, string? Name)[] all) =>
        all.Where(o => !string.IsNullOrEmpty(o.Name)).Select(o => (o.Field, o.Name!));
}
