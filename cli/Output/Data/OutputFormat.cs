using System.Text.Json.Nodes;
using KubectlGemma.Output.JsonPath;

namespace KubectlGemma.Output.Data;

/// <summary>Says in which form data is written.</summary>
/// <param name="Kind">The form.</param>
/// <param name="Template">What <see cref="OutputKind.JsonPath"/> renders; null otherwise.</param>
internal sealed record OutputFormat(OutputKind Kind, JsonPathTemplate? Template = null)
{
    private const string JsonPathPrefix = "jsonpath=";

    public static OutputFormat Text { get; } = new(OutputKind.Text);

    /// <summary>Gets whether it is for people.</summary>
    public bool IsForPeople => Kind is OutputKind.Text or OutputKind.Wide;

    /// <exception cref="FormatException">It is no form; the message says what is.</exception>
    public static OutputFormat Parse(string text) =>
        text switch
        {
            "json" => new(OutputKind.Json),
            "yaml" => new(OutputKind.Yaml),
            "wide" => new(OutputKind.Wide),
            "name" => new(OutputKind.Name),
            JsonPathPrefix => throw new FormatException(
                "jsonpath= needs a template, such as {.items[*].metadata.name}"
            ),
            _ when text.StartsWith(JsonPathPrefix, StringComparison.Ordinal) => new(
                OutputKind.JsonPath,
                JsonPathTemplate.Parse(text[JsonPathPrefix.Length..])
            ),
            _ => throw new FormatException($"'{text}' is none of json, yaml, wide, name, jsonpath=TEMPLATE"),
        };

    /// <summary>Writes data in this form.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="data">What.</param>
    /// <param name="names">Kind and name of each object that it is about.</param>
    public void Write(TextWriter output, JsonNode data, IEnumerable<string> names)
    {
        switch (Kind)
        {
            case OutputKind.Json:
                output.WriteLine(JsonText.Write(data));
                break;
            case OutputKind.Yaml:
                output.Write(YamlText.Write(data));
                break;
            case OutputKind.JsonPath:
                output.Write(TemplateRenderer.Render(Template!, data));
                break;
            case OutputKind.Name:
            case OutputKind.Text:
            case OutputKind.Wide:
                foreach (var name in names)
                {
                    output.WriteLine(new Piece(name).Text);
                }

                break;
        }
    }
}
