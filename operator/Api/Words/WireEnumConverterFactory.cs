using System.Text.Json;
using System.Text.Json.Serialization;

namespace GemmaOperator.Api.Words;

/// <summary>
/// Makes the converter of each <see cref="WireEnum{TEnum}"/>: once for each vocabulary and serialiser.
/// </summary>
internal sealed class WireEnumConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(WireEnum<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)
            Activator.CreateInstance(
                typeof(WireEnumConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()[0])
            )!;
}
