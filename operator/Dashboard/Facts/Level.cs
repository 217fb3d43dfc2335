namespace GemmaOperator.Dashboard.Facts;

/// <summary>Says how much something wants to be looked at; the worse, the greater.</summary>
internal enum Level
{
    None,
    Good,
    Waiting,
    Warning,
    Bad,
}
