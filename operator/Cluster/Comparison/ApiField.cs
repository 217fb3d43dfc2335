using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using k8s;

namespace GemmaOperator.Cluster.Comparison;

/// <summary>
/// Reads one field of a type of the API: what a value holds under the name that it has in JSON, without writing any
/// JSON.
/// </summary>
/// <param name="Name">The field's name in JSON.</param>
/// <param name="Of">Returns the field of a value of that type; null when it isn't set.</param>
internal sealed record ApiField(string Name, Func<object, object?> Of)
{
    private static readonly JsonSerializerOptions Json = Options();

    private static readonly ConcurrentDictionary<Type, ApiField[]?> Known = new();

    /// <summary>
    /// Returns the fields of a type; null for what isn't a JSON object of fixed fields: texts, numbers,
    /// times, quantities, lists, maps.
    /// </summary>
    public static ApiField[]? AllOf(Type type) => Known.GetOrAdd(type, Read);

    /// <summary>Returns a value as JSON, in UTF-8.</summary>
    public static byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Json);

    private static ApiField[]? Read(Type type) =>
        Json.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info
            ? [.. info.Properties.Where(p => p.Get is not null).Select(p => new ApiField(p.Name, p.Get!))]
            : null;

    private static JsonSerializerOptions Options()
    {
        JsonSerializerOptions? theirs = null;
        KubernetesJson.AddJsonOptions(options => theirs = options);
        return theirs!;
    }
}
