using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Text;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>Reads quantities and keeps a text that isn't canonical; writes all of them as they always were.</summary>
/// <param name="inner">KubernetesClient's own.</param>
internal sealed class QuantityConverter(JsonConverter<ResourceQuantity> inner) : JsonConverter<ResourceQuantity>
{
    public override ResourceQuantity? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => Encoding.UTF8.GetString(
                reader.HasValueSequence
                    ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence)
                    : reader.ValueSpan
            ),
            _ => null,
        };
        if (text is not null && !QuantityText.IsSane(text))
        {
            throw new JsonException("The quantity has more digits than any that is meant.");
        }

        var quantity = inner.Read(ref reader, typeToConvert, options);
        return quantity is null || text is null || IsCanonical(quantity, text) ? quantity : new WrittenQuantity(text);
    }

    public override void Write(Utf8JsonWriter writer, ResourceQuantity value, JsonSerializerOptions options) =>
        inner.Write(writer, value, options);

    /// <summary>One that can't be written out is judged by whoever reads it.</summary>
    private static bool IsCanonical(ResourceQuantity quantity, string text)
    {
        try
        {
            return quantity.ToString() == text;
        }
        catch (OverflowException)
        {
            return false;
        }
    }
}
