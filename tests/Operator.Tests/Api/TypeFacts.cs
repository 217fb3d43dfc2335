using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;
using k8s;

namespace Operator.Tests.Api;

/// <summary>
/// The facts that a C# type states: by its properties, their attributes, and the values of a new instance.
/// </summary>
internal static class TypeFacts
{
    public static IEnumerable<FieldFact> Of(string path, Type type)
    {
        yield return new FieldFact(path, "object", FieldFact.None, "", Required: false);
        foreach (var fact in Below(path, type))
        {
            yield return fact;
        }
    }

    /// <summary>Whether a type is the client library's: the CRD then describes the part of it that is used.</summary>
    public static bool IsForeign(Type type) => type.Assembly == typeof(k8s.Models.V1Condition).Assembly;

    /// <summary>A property's name as the operator's serialiser writes it.</summary>
    public static string JsonName(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            ? type.GetGenericArguments()[0]
            : null;

    private static IEnumerable<FieldFact> Below(string path, Type type)
    {
        var fresh = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var where = $"{path}.{JsonName(property)}";
            var value = property.PropertyType;
            var required = property.GetCustomAttribute<RequiredAttribute>() is not null;
            yield return new FieldFact(
                where,
                TypeOf(value),
                required ? FieldFact.None : DefaultOf(value, property.GetValue(fresh)),
                EnumOf(where, value),
                required
            );

            foreach (var fact in Inside(where, value))
            {
                yield return fact;
            }
        }
    }

    private static IEnumerable<FieldFact> Inside(string path, Type type)
    {
        if (ItemOf(type) is { } item)
        {
            return
            [
                new FieldFact($"{path}[]", TypeOf(item), FieldFact.None, EnumOf(path, item), Required: false),
                .. Inside($"{path}[]", item),
            ];
        }

        if (type == typeof(IReadOnlyDictionary<string, string>))
        {
            return [new FieldFact($"{path}{{}}", "string", FieldFact.None, "", Required: false)];
        }

        return IsRecord(type) && !IsForeign(type) ? Below(path, type) : [];
    }

    /// <summary>
    /// Gets the words of a vocabulary's type, sorted; empty for any other type. A status is never refused for a word:
    /// what another version recorded must stay writable.
    /// </summary>
    private static string EnumOf(string path, Type type) =>
        !path.StartsWith("status.", StringComparison.Ordinal) && VocabularyOf(type) is { } vocabulary
            ? string.Join(
                "|",
                ((IEnumerable<string>)vocabulary.GetProperty("Words")!.GetValue(null)!).Order(StringComparer.Ordinal)
            )
            : "";

    private static Type? VocabularyOf(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is { IsGenericType: true } t
        && t.GetGenericTypeDefinition() == typeof(WireEnum<>)
            ? t
            : null;

    private static bool IsRecord(Type type) =>
        type.IsClass && type != typeof(string) && type != typeof(CompressedString);

    private static string TypeOf(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            var t when t == typeof(string) || t == typeof(CompressedString) || VocabularyOf(t) is not null => "string",
            var t when t == typeof(bool) => "boolean",
            var t when t == typeof(int) => "integer/int32",
            var t when t == typeof(long) => "integer/int64",
            var t when t == typeof(double) => "number/double",
            var t when t == typeof(DateTime) => "string/date-time",
            var t when ItemOf(t) is not null => "array",
            var t when t.IsClass || t == typeof(IReadOnlyDictionary<string, string>) => "object",
            var t => throw new NotSupportedException($"no JSON type for {t}"),
        };

    /// <summary>
    /// A nested object that is there without being given needs the default <c>{}</c>, so that its own defaults appear.
    /// </summary>
    private static string DefaultOf(Type type, object? value) =>
        value switch
        {
            null => FieldFact.None,
            IReadOnlyDictionary<string, string> { Count: 0 } => FieldFact.None,
            _ when IsRecord(type) && ItemOf(type) is null => "{}",
            _ => FieldFact.Canonical(JsonNode.Parse(KubernetesJson.Serialize(value))),
        };
}
