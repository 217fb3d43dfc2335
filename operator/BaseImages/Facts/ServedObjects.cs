using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Pods;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Lists the objects that the served pods can't start without: Secrets and ConfigMaps that they read, but for those
/// that are optional, claims, the account. Works for specs that aren't valid, too.
/// </summary>
internal static class ServedObjects
{
    private const string Path = "spec.rollout.server";

    /// <summary>Lists them; none where the operator serves nothing.</summary>
    public static IEnumerable<NamedObject> Of(GemmaBaseImageSpec? spec) =>
        spec?.Rollout is { Mode.Value: RolloutMode.Managed, Server: { } server }
            ? Variables(Path, server.Env, server.EnvFrom)
                .Concat(Containers($"{Path}.initContainers", server.InitContainers))
                .Concat(Containers($"{Path}.sidecars", server.Sidecars))
                .Concat(Volumes(server))
                .Concat(Accounts(server))
                .Where(o => o.Name is { Length: > 0 })
            : [];

    private static IEnumerable<NamedObject> Containers(string path, IReadOnlyList<ServedContainer>? containers) =>
        (containers ?? []).Index().SelectMany(c => Variables($"{path}[{c.Index}]", c.Item?.Env, c.Item?.EnvFrom));

    private static IEnumerable<NamedObject> Variables(
        string path,
        IReadOnlyList<ServerVariable>? variables,
        IReadOnlyList<VariablesFrom>? all
    ) =>
        [
            .. (variables ?? [])
                .Index()
                .SelectMany(v =>
                    new[]
                    {
                        Needed(
                            $"{path}.env[{v.Index}].valueFrom.secretKeyRef",
                            NamedObjects.Secret,
                            v.Item?.ValueFrom?.SecretKeyRef?.Name,
                            v.Item?.ValueFrom?.SecretKeyRef?.Optional
                        ),
                        Needed(
                            $"{path}.env[{v.Index}].valueFrom.configMapKeyRef",
                            NamedObjects.ConfigMap,
                            v.Item?.ValueFrom?.ConfigMapKeyRef?.Name,
                            v.Item?.ValueFrom?.ConfigMapKeyRef?.Optional
                        ),
                    }
                )
                .OfType<NamedObject>(),
            .. (all ?? [])
                .Index()
                .SelectMany(f =>
                    new[]
                    {
                        Needed(
                            $"{path}.envFrom[{f.Index}].secretRef",
                            NamedObjects.Secret,
                            f.Item?.SecretRef?.Name,
                            f.Item?.SecretRef?.Optional
                        ),
                        Needed(
                            $"{path}.envFrom[{f.Index}].configMapRef",
                            NamedObjects.ConfigMap,
                            f.Item?.ConfigMapRef?.Name,
                            f.Item?.ConfigMapRef?.Optional
                        ),
                    }
                )
                .OfType<NamedObject>(),
        ];

    private static IEnumerable<NamedObject> Volumes(ServerSpec server)
    {
        foreach (var (i, volume) in (server.Volumes ?? []).Index())
        {
            var where = $"{Path}.volumes[{i}]";
            var (claim, secret, map) = (volume?.PersistentVolumeClaim, volume?.Secret, volume?.ConfigMap);
            NamedObject?[] all =
            [
                Needed($"{where}.persistentVolumeClaim", NamedObjects.Claim, claim?.ClaimName),
                Needed($"{where}.secret", NamedObjects.Secret, secret?.SecretName, secret?.Optional),
                Needed($"{where}.configMap", NamedObjects.ConfigMap, map?.Name, map?.Optional),
                Needed(
                    $"{where}.csi.nodePublishSecretRef",
                    NamedObjects.Secret,
                    volume?.Csi?.NodePublishSecretRef?.Name
                ),
                .. (volume?.Projected?.Sources ?? [])
                    .Index()
                    .SelectMany(s =>
                        new[]
                        {
                            Needed(
                                $"{where}.projected.sources[{s.Index}].secret",
                                NamedObjects.Secret,
                                s.Item?.Secret?.Name,
                                s.Item?.Secret?.Optional
                            ),
                            Needed(
                                $"{where}.projected.sources[{s.Index}].configMap",
                                NamedObjects.ConfigMap,
                                s.Item?.ConfigMap?.Name,
                                s.Item?.ConfigMap?.Optional
                            ),
                        }
                    ),
            ];
            foreach (var one in all.OfType<NamedObject>())
            {
                yield return one;
            }
        }
    }

    private static IEnumerable<NamedObject> Accounts(ServerSpec server) =>
        [
            new NamedObject($"{Path}.serviceAccountName", NamedObjects.Account, server.ServiceAccountName ?? ""),
            .. (server.ImagePullSecrets ?? [])
                .Index()
                .Select(s => Needed($"{Path}.imagePullSecrets[{s.Index}]", NamedObjects.Secret, s.Item?.Name))
                .OfType<NamedObject>(),
        ];

    private static NamedObject? Needed(string field, string kind, string? name, bool? isOptional = false) =>
        name is { Length: > 0 } && isOptional != true ? new NamedObject(field, kind, name) : null;
}
