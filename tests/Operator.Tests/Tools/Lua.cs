using System.Text;
using System.Text.Json.Nodes;

namespace Operator.Tests.Tools;

/// <summary>Runs scripts of Argo CD's resource customizations.</summary>
internal static class Lua
{
    /// <summary>Runs a script as Argo CD does, on a global <c>obj</c>, in Lua 5.1.</summary>
    public static async Task<string> RunAsync(JsonObject image, string script, string shown)
    {
        var text = new StringBuilder("obj = ");
        Write(image, text);
        // Argo's runtime has neither files nor processes.
        text.Append("\nio = nil; loadstring = nil; dofile = nil; local print = print\n")
            .Append($"local result = (function()\n{script}\nend)()\nprint({shown})\n");
        var (code, output) = await Command.RunAsync(
            Command.Find("lua5.1", "apt-get install lua5.1"),
            ["-"],
            input: text.ToString()
        );
        Assert.That(code, Is.Zero, output);
        return output.TrimEnd('\n');
    }

    private static void Write(JsonNode? node, StringBuilder into)
    {
        switch (node)
        {
            case JsonObject map:
                into.Append('{');
                foreach (var (name, value) in map)
                {
                    into.Append($"[\"{name}\"]=");
                    Write(value, into);
                    into.Append(',');
                }

                into.Append('}');
                break;
            case JsonArray list:
                into.Append('{');
                foreach (var value in list)
                {
                    Write(value, into);
                    into.Append(',');
                }

                into.Append('}');
                break;
            default:
                // A JSON string, number or boolean without odd characters is one of Lua.
                into.Append(node?.ToJsonString() ?? "nil");
                break;
        }
    }
}
