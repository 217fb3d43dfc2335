using GemmaInference.Text;

namespace GemmaInference.Grammar.Json;

/// <summary>
/// Draws calls of functions as Gemma 4 makes them: <c>call:name{…}</c> between tokens of their own, one call after the
/// other. Text may come before them, and is left alone.
/// </summary>
internal sealed class OwnCallGrammar(GrammarBuilder builder, IReadOnlyList<ToolSchema> tools, int most) : ICallGrammar
{
    private readonly JsonRules _rules = new(builder, Spelling.OfCalls);

    public int Calls()
    {
        var start = builder.NewNode();
        Draw(start);
        return start;
    }

    public int CallsOrText()
    {
        var text = builder.NewEnd();
        builder.MarkOpen(text);
        builder.Edge(text, 0, MarkBytes.CallStart - 1, text);
        builder.Edge(text, MarkBytes.CallStart + 1, 255, text);
        Draw(text);
        return text;
    }

    private void Draw(int from)
    {
        var call = Call();
        for (var i = 0; i < most; i++)
        {
            // After the last one nothing may come.
            var after = builder.NewEnd();
            var inside = builder.NewNode();
            builder.Edge(from, MarkBytes.CallStart, MarkBytes.CallStart, inside);
            builder.Edge(builder.Call(inside, call), MarkBytes.CallEnd, MarkBytes.CallEnd, after);
            from = after;
        }
    }

    private int Call()
    {
        var start = builder.NewNode();
        var named = builder.Literal(start, "call:");
        foreach (var tool in tools)
        {
            var arguments = tool.Parameters is { } schema
                ? new SchemaCompiler(_rules, new SchemaNode(schema, tool.Path), !tool.IsStrict).Compile()
                : _rules.AnyObject;
            builder.Call(builder.Literal(named, tool.Name), arguments, builder.NewEnd());
        }

        return start;
    }
}
