namespace GemmaOperator.Cluster;

/// <summary>Bounds how much of a log's end is asked for.</summary>
/// <param name="Lines">Lines at most.</param>
/// <param name="Bytes">Bytes at most.</param>
internal sealed record LogBounds(int Lines, int Bytes);
