using GemmaInference.Text;

namespace GemmaInference.Grammar.Json;

/// <summary>Draws what a model may think before an answer that has a form: any text within a channel.</summary>
internal static class ThoughtGrammar
{
    /// <summary>Returns the rule of answers with or without a thought before them.</summary>
    public static int Before(GrammarBuilder builder, int answer)
    {
        var (start, inside) = (builder.NewNode(), builder.NewNode());
        builder.Skip(start, answer);
        builder.Edge(start, MarkBytes.ChannelStart, MarkBytes.ChannelStart, inside);
        builder.Edge(inside, 0, MarkBytes.First - 1, inside);
        builder.Edge(inside, MarkBytes.ChannelEnd, MarkBytes.ChannelEnd, answer);
        return start;
    }
}
