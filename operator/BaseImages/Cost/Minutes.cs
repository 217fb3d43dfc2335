namespace GemmaOperator.BaseImages.Cost;

/// <summary>Holds minutes of building, with two decimals.</summary>
internal readonly record struct Minutes(decimal Value)
{
    public static Minutes operator +(Minutes a, Minutes b) => new(a.Value + b.Value);

    public static Money operator *(Minutes minutes, Price price) =>
        new(minutes.Value * price.PerMinute, price.Currency);

    /// <summary>Returns what a build is billed for: by the second, in minutes rounded half away from zero.</summary>
    public static Minutes Billed(TimeSpan duration) =>
        new(
            Math.Round(
                (decimal)Math.Max(0, Math.Ceiling(duration.TotalSeconds)) / 60m,
                2,
                MidpointRounding.AwayFromZero
            )
        );

    public override string ToString() => DecimalText.Write(Value, DecimalText.Plain);
}
