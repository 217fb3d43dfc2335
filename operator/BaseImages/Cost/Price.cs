using System.Globalization;

namespace GemmaOperator.BaseImages.Cost;

/// <summary>Holds the price of one build minute, in one currency (ISO 4217 code).</summary>
internal readonly record struct Price(decimal PerMinute, string Currency)
{
    public override string ToString() => $"{PerMinute.ToString("0.####", CultureInfo.InvariantCulture)} {Currency}/min";
}
