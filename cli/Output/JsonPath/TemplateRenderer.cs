using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Text;

namespace KubectlGemma.Output.JsonPath;

/// <summary>
/// Renders a template. What comes from the cluster can't steer a terminal; the template's own text may.
/// </summary>
internal static class TemplateRenderer
{
    public static string Render(JsonPathTemplate template, JsonNode? data)
    {
        var text = new StringBuilder();
        Append(text, template.Parts, data);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<TemplatePart> parts, JsonNode? data)
    {
        foreach (var part in parts)
        {
            switch (part)
            {
                case TemplatePart.Literal literal:
                    text.Append(literal.Text);
                    break;
                case TemplatePart.Value value:
                    text.AppendJoin(' ', PathEvaluator.Find(value.Path, data).Select(Shown));
                    break;
                case TemplatePart.Range range:
                    foreach (var item in PathEvaluator.Find(range.Path, data))
                    {
                        Append(text, range.Body, item);
                    }

                    break;
            }
        }
    }

    private static string Shown(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String
            ? string.Join('\n', value.GetValue<string>().Split('\n').Select(Quoted.Visible))
            : value?.ToJsonString() ?? "";
}
