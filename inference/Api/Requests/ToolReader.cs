using System.Text.Json;
using System.Text.RegularExpressions;
using GemmaInference.Grammar.Json;
using GemmaInference.Text;

namespace GemmaInference.Api.Requests;

/// <summary>Reads the functions that a chat's answer may call, and whether it has to.</summary>
internal static partial class ToolReader
{
    /// <summary>Bounds the functions of a request, as OpenAI does.</summary>
    private const int MaxTools = 128;

    /// <returns>Null where none may be called; they aren't told to the model then either.</returns>
    /// <exception cref="ApiException">A field can't be used.</exception>
    public static ToolSet? Read(RequestFields fields)
    {
        var tools = fields.Take("tools") is { } listed ? List(fields, listed) : [];
        var isParallel = fields.Flag("parallel_tool_calls", fallback: true);
        var choice = fields.Take("tool_choice");
        if (choice is { ValueKind: JsonValueKind.Object } named)
        {
            var name = Named(fields.Inside("tool_choice", named));
            var tool =
                tools.Find(tool => tool.Schema.Name == name)
                ?? throw fields.Expected("tool_choice", "the name of one of 'tools'");
            return Set(tools, [tool.Schema], isRequired: true, isParallel: false);
        }

        var word =
            choice is not { } value ? "auto"
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : null;
        return word switch
        {
            "required" when tools.Count == 0 => throw fields.Expected("tools", "one function at least"),
            "none" => null,
            "auto" or "required" => tools.Count == 0
                ? null
                : Set(tools, [.. tools.Select(tool => tool.Schema)], word == "required", isParallel),
            _ => throw fields.Expected("tool_choice", "none, auto, required, or an object that names a function"),
        };
    }

    /// <summary>Tells whether a function may be called so, as OpenAI has it.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    private static ToolSet Set(
        List<Declared> tools,
        IReadOnlyList<ToolSchema> callable,
        bool isRequired,
        bool isParallel
    ) =>
        new(
            [.. tools.Select(tool => new ChatTool(tool.Schema.Name, tool.Description, tool.Schema.Parameters))],
            callable,
            isRequired,
            isParallel
        );

    private static List<Declared> List(RequestFields fields, JsonElement listed)
    {
        if (listed.ValueKind != JsonValueKind.Array || listed.GetArrayLength() > MaxTools)
        {
            throw fields.Expected("tools", $"a list of up to {MaxTools} functions");
        }

        var tools = new List<Declared>();
        foreach (var (index, item) in listed.EnumerateArray().Index())
        {
            var place = $"tools[{index}]";
            var tool = One(fields.Inside(place, item), place);
            if (tools.Exists(other => other.Schema.Name == tool.Schema.Name))
            {
                throw fields.Expected(place, $"another name than '{tool.Schema.Name}', which is taken");
            }

            tools.Add(tool);
        }

        return tools;
    }

    private static Declared One(RequestFields tool, string path)
    {
        if (tool.RequiredText("type") != "function")
        {
            throw tool.Expected("type", "function; this server runs no tools itself");
        }

        // Chats have the function in an object of its own, responses beside the type.
        var isNested = tool.Has("function");
        var function = isNested ? tool.Inside("function", tool.Take("function")!.Value) : tool;
        var name = function.RequiredText("name");
        if (!IsName(name))
        {
            throw function.Expected("name", "1 to 64 letters, digits, _ and -");
        }

        var place = $"{path}{(isNested ? ".function" : "")}.parameters";
        var parameters = function.Take("parameters");
        if (
            parameters is { } schema
            && (
                schema.ValueKind != JsonValueKind.Object
                || !schema.TryGetProperty("type", out var type) && schema.EnumerateObject().Any()
                || type.ValueKind != JsonValueKind.Undefined
                    && !(type.ValueKind == JsonValueKind.String && type.ValueEquals("object"))
            )
        )
        {
            throw function.Expected("parameters", "a JSON schema of type object");
        }

        if (parameters is { } checkedSchema)
        {
            FormatReader.CheckText(checkedSchema);
        }

        // {} says nothing, and arguments are an object in any case.
        var own = parameters is { } given && given.EnumerateObject().Any() ? given.Clone() : (JsonElement?)null;
        var read = new Declared(
            new ToolSchema(name, own, function.Flag("strict"), place),
            function.Text("description")
        );
        function.Done();
        if (isNested)
        {
            tool.Done();
        }

        return read;
    }

    private static string Named(RequestFields choice)
    {
        if (choice.RequiredText("type") != "function")
        {
            throw choice.Expected("type", "function");
        }

        var isNested = choice.Has("function");
        var function = isNested ? choice.Inside("function", choice.Take("function")!.Value) : choice;
        var name = function.RequiredText("name");
        function.Done();
        return name;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    private sealed record Declared(ToolSchema Schema, string? Description);
}
