using GemmaOperator.Api.Pods;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.ServedPods;

/// <summary>
/// Renders the variables that a spec gives containers of the served pods: from values, Secrets, ConfigMaps, the pod.
/// </summary>
internal static class ServedVariables
{
    /// <summary>Returns them in their order.</summary>
    public static IEnumerable<V1EnvVar> Of(IReadOnlyList<ServerVariable> variables) =>
        variables.Select(e =>
            e.ValueFrom is { } from
                ? new V1EnvVar { Name = e.Name, ValueFrom = Source(from) }
                : new V1EnvVar { Name = e.Name, Value = PodText.Literal(e.Value) }
        );

    /// <summary>Returns whose keys all become variables; null when nobody's do. What is given by name wins.</summary>
    public static List<V1EnvFromSource>? AllOf(IReadOnlyList<VariablesFrom> all) =>
        all.Count == 0
            ? null
            :
            [
                .. all.Select(e => new V1EnvFromSource
                {
                    Prefix = e.Prefix.Length == 0 ? null : e.Prefix,
                    SecretRef = e.SecretRef is { } secret
                        ? new V1SecretEnvSource { Name = secret.Name, Optional = OrNull(secret.Optional) }
                        : null,
                    ConfigMapRef = e.ConfigMapRef is { } map
                        ? new V1ConfigMapEnvSource { Name = map.Name, Optional = OrNull(map.Optional) }
                        : null,
                }),
            ];

    private static V1EnvVarSource Source(VariableSource from) =>
        new()
        {
            SecretKeyRef = from.SecretKeyRef is { } secret
                ? new V1SecretKeySelector
                {
                    Name = secret.Name,
                    Key = secret.Key,
                    Optional = OrNull(secret.Optional),
                }
                : null,
            ConfigMapKeyRef = from.ConfigMapKeyRef is { } map
                ? new V1ConfigMapKeySelector
                {
                    Name = map.Name,
                    Key = map.Key,
                    Optional = OrNull(map.Optional),
                }
                : null,
            FieldRef = from.FieldRef is { } field ? new V1ObjectFieldSelector { FieldPath = field.FieldPath } : null,
            ResourceFieldRef = from.ResourceFieldRef is { } resource
                ? new V1ResourceFieldSelector
                {
                    Resource = resource.Resource,
                    Divisor = resource.Divisor.Length == 0 ? null : new ResourceQuantity(resource.Divisor),
                }
                : null,
        };

    private static bool? OrNull(bool flag) => flag ? true : null;
}
