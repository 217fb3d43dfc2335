namespace GemmaOperator.BaseImages.Cost;

/// <summary>Holds an amount in one currency (ISO 4217 code).</summary>
internal readonly record struct Money(decimal Amount, string Currency)
{
    public override string ToString() => $"{DecimalText.Write(Amount, DecimalText.Money)} {Currency}";
}
