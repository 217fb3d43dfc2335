using System.Text.Json;
using System.Text.Json.Serialization;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>Holds one object as it came: as <typeparamref name="T"/>, or what could be made of it.</summary>
internal readonly record struct KubeItem<T>(T? Object, Unreadable? Unreadable)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Reads one object and leaves the reader behind it, whatever was wrong inside.</summary>
    /// <exception cref="JsonException">Not JSON, or an object without name or resource version.</exception>
    public static KubeItem<T> Read(ref Utf8JsonReader reader, JsonSerializerOptions json)
    {
        var again = reader;
        try
        {
            // The serializer would look for the object's end first, which costs as much as
            // reading it: all of it is there.
            return Of(((JsonConverter<T>)json.GetConverter(typeof(T))).Read(ref reader, typeof(T), json));
        }
        catch (Exception e) when (IsAboutContent(e))
        {
            reader = again;
            return ReadWithPath(ref reader, json);
        }
    }

    /// <summary>Reads once more by the serializer, which says where something is wrong; its converters don't.</summary>
    private static KubeItem<T> ReadWithPath(ref Utf8JsonReader reader, JsonSerializerOptions json)
    {
        var again = reader;
        try
        {
            return Of(JsonSerializer.Deserialize<T>(ref reader, json));
        }
        catch (Exception e) when (IsAboutContent(e))
        {
            var identity = JsonSerializer.Deserialize<KubeIdentity>(ref again, json);
            if (identity?.Metadata is not { Name: not null, ResourceVersion: not null } metadata)
            {
                throw new JsonException("An object lacks its name or resource version.", e);
            }

            reader = again;
            var resource = KubeResource.Of<T>();
            return new(Object: null, new Unreadable(resource.ApiVersion, resource.Kind, metadata, Describe(e)));
        }
    }

    private static KubeItem<T> Of(T? entity) =>
        entity?.Metadata is { Name: not null, ResourceVersion: not null }
            ? new(ObjectTrimmer.Trim(entity, KubeResource.Of<T>()), Unreadable: null)
            : throw new JsonException("An object lacks its name or resource version.");

    /// <summary>Converters of quantities, times and the like throw in many tongues.</summary>
    private static bool IsAboutContent(Exception e) =>
        e
            is JsonException
                or FormatException
                or ArgumentException
                or OverflowException
                or InvalidOperationException
                or NotSupportedException;

    private static string Describe(Exception e) =>
        e switch
        {
            JsonException { Path: { } path } => $"{path.TrimStart('$', '.')}: {Reason(e)}",
            _ => e.Message,
        };

    /// <summary>Cuts off the type's full name and the byte position in a stream that nobody has.</summary>
    private static string Reason(Exception e)
    {
        var text = (e.InnerException ?? e).Message;
        var end = text.IndexOf(" Path: ", StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }
}
