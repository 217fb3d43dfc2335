namespace GemmaInference.Api.Calls;

/// <summary>Holds what a piece of an answer comes to.</summary>
/// <param name="Said">What is said to the user.</param>
/// <param name="Thought">What is thought before.</param>
/// <param name="Calls">What is called.</param>
internal sealed record AnswerPiece(string Said, string Thought, IReadOnlyList<ToolCallDelta> Calls)
{
    public static AnswerPiece Nothing { get; } = new("", "", []);

    public AnswerPiece Plus(AnswerPiece next) =>
        new(Said + next.Said, Thought + next.Thought, [.. Calls, .. next.Calls]);

    public static AnswerPiece Saying(string text) => text.Length == 0 ? Nothing : new(text, "", []);
}
