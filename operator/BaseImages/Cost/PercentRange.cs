namespace GemmaOperator.BaseImages.Cost;

/// <summary>Holds whole per cent, the smaller first.</summary>
internal readonly record struct PercentRange(decimal Low, decimal High)
{
    public static PercentRange Between(decimal a, decimal b) => new(Math.Min(a, b), Math.Max(a, b));

    public override string ToString() => DecimalText.WriteRange(Low, High, DecimalText.Plain);
}
