namespace GemmaOperator.BaseImages.Cost;

/// <summary>
/// Holds amounts in one currency, of the quick and of the slow case; a difference can be smaller in the slow one.
/// </summary>
internal readonly record struct MoneyRange(decimal Quick, decimal Slow, string Currency)
{
    /// <exception cref="ArgumentException">The currencies differ.</exception>
    public static MoneyRange operator +(MoneyRange a, MoneyRange b) =>
        new(a.Quick + b.Quick, a.Slow + b.Slow, OneOf(a, b));

    /// <exception cref="ArgumentException">The currencies differ.</exception>
    public static MoneyRange operator -(MoneyRange a, MoneyRange b) =>
        new(a.Quick - b.Quick, a.Slow - b.Slow, OneOf(a, b));

    /// <summary>Gets the smaller amount.</summary>
    public Money Low => new(Math.Min(Quick, Slow), Currency);

    /// <summary>Gets the larger amount.</summary>
    public Money High => new(Math.Max(Quick, Slow), Currency);

    public override string ToString() => $"{DecimalText.WriteRange(Quick, Slow, DecimalText.Money)} {Currency}";

    private static string OneOf(MoneyRange a, MoneyRange b) =>
        a.Currency == b.Currency
            ? a.Currency
            : throw new ArgumentException($"{a.Currency} and {b.Currency} don't add up", nameof(b));
}
