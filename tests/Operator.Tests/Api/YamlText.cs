using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Operator.Tests.Api;

/// <summary>
/// YAML as the JSON that kubectl sends: plain scalars become numbers and booleans, quoted ones stay text.
/// </summary>
internal static class YamlText
{
    private static readonly IDeserializer Reader = new DeserializerBuilder()
        .WithAttemptingUnquotedStringTypeDeserialization()
        .Build();

    public static IReadOnlyList<JsonObject> Documents(string text)
    {
        var parser = new MergingParser(new Parser(new StringReader(text)));
        var documents = new List<JsonObject>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            documents.Add(JsonNode.Parse(ToJson(Reader.Deserialize<object?>(parser))!.ToJsonString())!.AsObject());
        }

        return documents;
    }

    private static JsonNode? ToJson(object? value) =>
        value switch
        {
            null => null,
            Dictionary<object, object?> map => new JsonObject(
                map.Select(e =>
                    KeyValuePair.Create(Convert.ToString(e.Key, CultureInfo.InvariantCulture)!, ToJson(e.Value))
                )
            ),
            List<object?> list => new JsonArray([.. list.Select(ToJson)]),
            bool flag => JsonValue.Create(flag),
            float or double or decimal => JsonValue.Create(
                decimal.Parse(Convert.ToString(value, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture)
            ),
            sbyte or byte or short or ushort or int or uint or long => JsonValue.Create(
                Convert.ToInt64(value, CultureInfo.InvariantCulture)
            ),
            _ => JsonValue.Create(Convert.ToString(value, CultureInfo.InvariantCulture)),
        };
}
