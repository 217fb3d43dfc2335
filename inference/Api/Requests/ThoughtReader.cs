namespace GemmaInference.Api.Requests;

/// <summary>
/// Reads whether a model is to think before it answers: Gemma 4 either does or doesn't, so that every effort but
/// <c>none</c> is the same. Models that can't be told answer as they always do.
/// </summary>
internal static class ThoughtReader
{
    private const string None = "none";
    private const string Effort = "reasoning_effort";
    private const string Switches = "chat_template_kwargs";

    /// <summary>Reads OpenAI's field, and vLLM's, which counts where both are there; null where neither is.</summary>
    /// <exception cref="ApiException">A field can't be used.</exception>
    public static bool? Read(RequestFields fields)
    {
        var effort = fields.Text(Effort);
        bool? isAsked = effort is null ? null : effort != None;
        if (fields.Take(Switches) is not { } value)
        {
            return isAsked;
        }

        // Other switches are those of other templates: they are named as ignored.
        var switches = fields.Inside(Switches, value);
        var own = switches.Choice("enable_thinking");
        switches.Done();
        return own ?? isAsked;
    }

    /// <summary>Reads the field of responses; null where it says nothing.</summary>
    /// <exception cref="ApiException">The field can't be used.</exception>
    public static bool? OfResponses(RequestFields fields)
    {
        if (fields.Take("reasoning") is not { } value)
        {
            return null;
        }

        var reasoning = fields.Inside("reasoning", value);
        var effort = reasoning.Text("effort");
        // What is thought is told whole: there is nothing that could be summarised otherwise.
        _ = reasoning.Text("summary");
        _ = reasoning.Text("generate_summary");
        reasoning.Done();
        return effort is null ? null : effort != None;
    }
}
