using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>Says where a kind lives in the API.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Version">For example <c>v1</c>.</param>
/// <param name="Kind">For example <c>ConfigMap</c>.</param>
/// <param name="Plural">For example <c>configmaps</c>.</param>
/// <param name="MetadataOnly">Ask for PartialObjectMetadata instead of whole objects.</param>
internal sealed record KubeResource(string Group, string Version, string Kind, string Plural, bool MetadataOnly = false)
{
    private static readonly ConcurrentDictionary<Type, KubeResource> Known = new();

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Gets <c>plural.group</c>, as RBAC and error messages name it.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>Reads <see cref="KubernetesEntityAttribute"/>.</summary>
    public static KubeResource Of<T>() => Known.GetOrAdd(typeof(T), Read);

    /// <summary>
    /// Renders the path, without leading slash; null name: the collection, null namespace: cluster-wide.
    /// </summary>
    public string Path(string? ns, string? name = null, string? subresource = null)
    {
        var path = new StringBuilder(Group.Length == 0 ? "api/" : "apis/").Append(ApiVersion);
        if (ns is not null)
        {
            path.Append("/namespaces/").Append(Uri.EscapeDataString(ns));
        }

        path.Append('/').Append(Plural);
        if (name is not null)
        {
            path.Append('/').Append(Uri.EscapeDataString(name));
        }

        return (subresource is null ? path : path.Append('/').Append(subresource)).ToString();
    }

    /// <summary>Says what is asked for, for messages and errors.</summary>
    public KubeRequest Request(string verb, string? ns, string? name = null, string? subresource = null) =>
        new(verb, subresource is null ? QualifiedName : $"{QualifiedName}/{subresource}", ns, name);

    private static KubeResource Read(Type type)
    {
        var metadataOnly = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(PartialObjectMetadata<>);
        var kind = metadataOnly ? type.GetGenericArguments()[0] : type;
        var entity =
            kind.GetCustomAttribute<KubernetesEntityAttribute>()
            ?? throw new InvalidOperationException($"{kind.Name} has no [KubernetesEntity] attribute.");
        return new(entity.Group ?? "", entity.ApiVersion, entity.Kind, entity.PluralName, metadataOnly);
    }
}
