using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Lists the objects that a spec names, by field: those that are read when it is understood, and whose changes make it
/// be understood again. Works for specs that aren't valid, too.
/// </summary>
internal static class NamedObjects
{
    public static IEnumerable<(string Field, string Name)> Secrets(GemmaBaseImageSpec? spec) =>
        Named(
            ("spec.base.pullSecretRef", spec?.Base?.PullSecretRef?.Name),
            (
                "spec.output.credentials.secretRef",
                spec?.Output?.Credentials is { Type.Value: CredentialsType.Secret, SecretRef.Name: var push }
                    ? push
                    : null
            )
        );

    public static IEnumerable<(string Field, string Name)> ConfigMaps(GemmaBaseImageSpec? spec) =>
        Named(
            ("spec.requirements.configMapRef", spec?.Requirements?.ConfigMapRef?.Name),
            ("spec.dockerfile.configMapRef", spec?.Dockerfile?.ConfigMapRef?.Name)
        );

    private static IEnumerable<(string Field, string Name)> Named(params (string Field, string? Name)[] all) =>
        all.Where(o => !string.IsNullOrEmpty(o.Name)).Select(o => (o.Field, o.Name!));
}
