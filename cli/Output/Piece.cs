using GemmaOperator.Text;

namespace KubectlGemma.Output;

/// <summary>
/// Holds a piece of a line. Whatever it is made of, nothing in it can steer a terminal or end the line: what isn't
/// visible is shown as an escape.
/// </summary>
internal readonly record struct Piece
{
    public Piece(string? text, Tone tone = Tone.Plain) => (Text, Tone) = (Quoted.Visible(text ?? ""), tone);

    public string Text { get; }

    public Tone Tone { get; }

    public static implicit operator Piece(string? text) => new(text);

    public override string ToString() => Text;
}
