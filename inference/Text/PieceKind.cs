namespace GemmaInference.Text;

/// <summary>Says what a piece is; the numbers are those of <c>sentencepiece_model.proto</c>.</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
