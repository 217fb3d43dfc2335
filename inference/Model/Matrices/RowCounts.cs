namespace GemmaInference.Model.Matrices;

/// <summary>Says, while code is compiled, how many rows it computes together.</summary>
internal interface IRowCount
{
    static abstract int Count { get; }
}

/// <summary>Says: one row.</summary>
internal readonly struct OneRow : IRowCount
{
    public static int Count => 1;
}

/// <summary>Says: four rows.</summary>
internal readonly struct FourRows : IRowCount
{
    public static int Count => 4;
}

/// <summary>Says: eight rows.</summary>
internal readonly struct EightRows : IRowCount
{
    public static int Count => 8;

    /// <summary>Returns as many rows as are computed together where there are so many: one, or whole fours.</summary>
    public static long Filled(long rows) =>
        rows == 1 ? 1 : (rows + FourRows.Count - 1) / FourRows.Count * FourRows.Count;
}
