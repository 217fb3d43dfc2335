using GemmaInference.Grammar.Json;

namespace GemmaInference.Api.Requests;

/// <summary>Decides what answers have to be: what a request asks for, in the form in which its model says it.</summary>
internal static class AnswerPlan
{
    /// <param name="hasOwnCalls">Whether the model calls functions by tokens of its own.</param>
    /// <param name="thinks">Whether it is told to think first.</param>
    /// <returns>Null for any text.</returns>
    public static AnswerForm? Decide(CompletionRequest request, bool hasOwnCalls, bool thinks)
    {
        var form = request.Tools is { } tools ? tools.Form(request.Form, hasOwnCalls) : request.Form;
        return form is null || !thinks
            ? form
            : form with
            {
                Key = $"thought {form.Key}",
                Draw = builder => ThoughtGrammar.Before(builder, form.Draw(builder)),
            };
    }
}
