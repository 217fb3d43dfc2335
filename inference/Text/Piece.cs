namespace GemmaInference.Text;

/// <summary>Holds one entry of the vocabulary; its id is its place in the list.</summary>
internal sealed record Piece(string Text, float Score, PieceKind Kind);
