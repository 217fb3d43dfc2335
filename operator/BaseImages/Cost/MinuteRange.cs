namespace GemmaOperator.BaseImages.Cost;

/// <summary>Holds minutes from the quick to the slow case; both the same when it was one number.</summary>
internal readonly record struct MinuteRange(decimal Low, decimal High)
{
    public static MinuteRange operator +(MinuteRange a, MinuteRange b) => new(a.Low + b.Low, a.High + b.High);

    public static MinuteRange operator *(decimal count, MinuteRange a) => new(count * a.Low, count * a.High);

    public static MoneyRange operator *(MinuteRange a, Price price) =>
        new(a.Low * price.PerMinute, a.High * price.PerMinute, price.Currency);

    /// <summary>Returns how many per cent less <paramref name="after"/> is, in each case.</summary>
    public PercentRange ReductionTo(MinuteRange after) =>
        PercentRange.Between(Reduction(Low, after.Low), Reduction(High, after.High));

    public override string ToString() => DecimalText.WriteRange(Low, High, DecimalText.Plain);

    private static decimal Reduction(decimal before, decimal after) =>
        before == 0m ? 0m : Math.Round(100m * (before - after) / before, 0, MidpointRounding.AwayFromZero);
}
