namespace KubectlGemma.Output;

/// <summary>Names what a piece of text means to its reader; a terminal shows it as colour.</summary>
internal enum Tone
{
    Plain,
    Good,
    Warning,
    Bad,
    Dim,
    Strong,
}
