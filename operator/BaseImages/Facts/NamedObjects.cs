using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs.Access;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Lists the objects that a spec names, by field: those that are read when it is understood, and whose changes make it
/// be understood again. Works for specs that aren't valid, too.
/// </summary>
internal static class NamedObjects
{
    public const string Claim = "PersistentVolumeClaim";
    public const string Account = "ServiceAccount";
    public const string PriorityClass = "PriorityClass";
    public const string RuntimeClass = "RuntimeClass";
    public const string Secret = "Secret";
    public const string ConfigMap = "ConfigMap";

    /// <summary>Lists all Secrets, whatever they hold.</summary>
    public static IEnumerable<(string Field, string Name)> Secrets(GemmaBaseImageSpec? spec) =>
        RegistrySecrets(spec)
            .Concat(TokenSecrets(spec).Concat(IndexSecrets(spec)).Select(s => (s.Field, s.Name)))
            .Concat(OfPods(spec, Secret));

    /// <summary>Lists all ConfigMaps, be they read for a build or by the served pods.</summary>
    public static IEnumerable<(string Field, string Name)> AllConfigMaps(GemmaBaseImageSpec? spec) =>
        ConfigMaps(spec).Concat(OfPods(spec, ConfigMap));

    /// <summary>Lists the Secrets with credentials of package indexes, each with its key.</summary>
    public static IEnumerable<(string Field, string Name, string Key)> IndexSecrets(GemmaBaseImageSpec? spec) =>
        spec?.Requirements?.IndexCredentialsRef is { Name.Length: > 0 } netrc
            ? [(Netrc.Field, netrc.Name, netrc.Key ?? "")]
            : [];

    /// <summary>Lists the Secrets with an access token of a hub, each with its key.</summary>
    public static IEnumerable<(string Field, string Name, string Key)> TokenSecrets(GemmaBaseImageSpec? spec) =>
        Served(spec)?.Hub?.TokenSecretRef is { Name.Length: > 0 } token
            ? [("spec.rollout.server.model.hub.tokenSecretRef", token.Name, token.Key ?? "")]
            : [];

    /// <summary>Lists the Secrets with credentials of registries.</summary>
    public static IEnumerable<(string Field, string Name)> RegistrySecrets(GemmaBaseImageSpec? spec) =>
        Named([
            ("spec.base.pullSecretRef", spec?.Base?.PullSecretRef?.Name),
            (
                "spec.output.credentials.secretRef",
                spec?.Output?.Credentials is { Type.Value: CredentialsType.Secret, SecretRef.Name: var push }
                    ? push
                    : null
            ),
            ("spec.rollout.server.model.image.pullSecretRef", Served(spec)?.Image?.PullSecretRef?.Name),
            .. (spec?.Build?.ImagePullSecrets ?? [])
                .Index()
                .Select(s => ($"spec.build.imagePullSecrets[{s.Index}]", s.Item?.Name)),
        ]);

    /// <summary>Lists the ConfigMaps that a build is made from.</summary>
    public static IEnumerable<(string Field, string Name)> ConfigMaps(GemmaBaseImageSpec? spec) =>
        Named([
            ("spec.requirements.configMapRef", spec?.Requirements?.ConfigMapRef?.Name),
            ("spec.dockerfile.configMapRef", spec?.Dockerfile?.ConfigMapRef?.Name),
            ("spec.build.caBundleRef", spec?.Build?.CaBundleRef?.Name),
        ]);

    /// <summary>
    /// Lists those that are looked up when something that needs them is about to begin: what a build's pods need, and
    /// what the served pods need, for which a build is made, too.
    /// </summary>
    public static IEnumerable<NamedObject> ToLookUp(GemmaBaseImageSpec spec, bool forBuild, bool forRollout)
    {
        var (build, server) = (spec.Build, spec.Rollout.Server);
        var isManaged = spec.Rollout.Mode == RolloutMode.Managed;
        NamedObject[] all =
        [
            .. forBuild
                ? new[]
                {
                    new NamedObject("spec.build.serviceAccountName", Account, build.ServiceAccountName),
                    new NamedObject("spec.build.priorityClassName", PriorityClass, build.PriorityClassName),
                    new NamedObject(
                        "spec.verification.scan.database.volume.claimName",
                        Claim,
                        spec.Verification.Scan is { Enabled: true, Database.Volume.ClaimName: { } claim } ? claim : ""
                    ),
                }
                : [],
            .. (forBuild && isManaged) || forRollout
                ? new[]
                {
                    new NamedObject("spec.rollout.server.model.existingClaim", Claim, server.Model.ExistingClaim),
                    new NamedObject("spec.rollout.server.priorityClassName", PriorityClass, server.PriorityClassName),
                }
                : [],
            .. (forBuild && isManaged) || forRollout ? ServedObjects.Of(spec) : [],
            .. forRollout || (forBuild && (isManaged || spec.Verification.PullTest.RequireGPU))
                ? new[]
                {
                    new NamedObject("spec.rollout.server.runtimeClassName", RuntimeClass, server.RuntimeClassName),
                }
                : [],
        ];
        return all.Where(o => o.Name.Length > 0);
    }

    private static IEnumerable<(string Field, string Name)> OfPods(GemmaBaseImageSpec? spec, string kind) =>
        ServedObjects.Of(spec).Where(o => o.Kind == kind).Select(o => (o.Field, o.Name));

    /// <summary>Tells whether a kind lives in namespaces.</summary>
    public static bool IsNamespaced(string kind) => kind is not (PriorityClass or RuntimeClass);

    /// <summary>Returns the model of the pods; null where there are none.</summary>
    private static ModelSpec? Served(GemmaBaseImageSpec? spec) =>
        spec?.Rollout is { Mode.Value: RolloutMode.Managed, Server.Model: { } model } ? model : null;

    private static IEnumerable<(string Field, string Name)> Named(IReadOnlyList<(string Field, string? Name)> all) =>
        all.Where(o => !string.IsNullOrEmpty(o.Name)).Select(o => (o.Field, o.Name!));
}
