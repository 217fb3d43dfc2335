using static LocalCluster.Rules.CelFunctions;

namespace LocalCluster.Rules;

/// <summary>
/// Holds the methods of lists, of quantities, of times and durations, and those that strings have too.
/// </summary>
internal static class ListMethods
{
    public static IEnumerable<KeyValuePair<string, Func<object?[], object?>>> All { get; } =
    [
        new("join", a => string.Join(a.Length > 1 ? Text(a[1]) : "", List(a[0]).Select(Text))),
        new("isSorted", a => List(a[0]).Zip(List(a[0]).Skip(1)).All(p => CelValues.Compare(p.First, p.Second) <= 0)),
        new("min", a => Extreme(a[0], -1)),
        new("max", a => Extreme(a[0], 1)),
        new("sum", a => List(a[0]).Length == 0 ? 0L : List(a[0]).Aggregate(Arithmetic.Add)),
        new("indexOf", IndexOf),
        new("lastIndexOf", LastIndexOf),
        new("isGreaterThan", a => CelValues.Compare(a[0], a[1]) > 0),
        new("isLessThan", a => CelValues.Compare(a[0], a[1]) < 0),
        new("compareTo", a => (long)Math.Sign(CelValues.Compare(a[0], a[1]))),
        new("isInteger", a => Amount(a[0]) is var amount && amount == decimal.Truncate(amount) && IsLong(amount)),
        new(
            "asInteger",
            a => IsLong(Amount(a[0])) ? (long)Amount(a[0]) : throw new CelException("cannot convert value to integer")
        ),
        new("asApproximateFloat", a => (double)Amount(a[0])),
        new("sign", a => (long)Math.Sign(Amount(a[0]))),
        new("add", a => new CelQuantity(Amount(a[0]) + AmountOf(a[1]))),
        new("sub", a => new CelQuantity(Amount(a[0]) - AmountOf(a[1]))),
        new("getHours", a => a[0] is TimeSpan d ? (long)d.TotalHours : Time(a[0]).Hour),
        new("getMinutes", a => a[0] is TimeSpan d ? (long)d.TotalMinutes : Time(a[0]).Minute),
        new("getSeconds", a => a[0] is TimeSpan d ? (long)d.TotalSeconds : Time(a[0]).Second),
        new("getMilliseconds", a => a[0] is TimeSpan d ? d.Milliseconds : (long)Time(a[0]).Millisecond),
        new("getFullYear", a => (long)Time(a[0]).Year),
        new("getMonth", a => Time(a[0]).Month - 1L),
        new("getDate", a => (long)Time(a[0]).Day),
        new("getDayOfMonth", a => Time(a[0]).Day - 1L),
        new("getDayOfWeek", a => (long)Time(a[0]).DayOfWeek),
        new("getDayOfYear", a => Time(a[0]).DayOfYear - 1L),
    ];

    private static object?[] List(object? value) => value as object?[] ?? throw CelException.NoOverload();

    private static decimal Amount(object? value) => (value as CelQuantity ?? throw CelException.NoOverload()).Amount;

    private static decimal AmountOf(object? value) => value is long number ? number : Amount(value);

    private static bool IsLong(decimal amount) =>
        amount is >= long.MinValue and <= long.MaxValue && amount == decimal.Truncate(amount);

    private static DateTimeOffset Time(object? value) =>
        value is DateTimeOffset time ? time.ToUniversalTime() : throw CelException.NoOverload();

    private static object? Extreme(object? value, int sign)
    {
        var items = List(value);
        return items.Length == 0
            ? throw new CelException($"{(sign < 0 ? "min" : "max")} called on empty list")
            : items.Aggregate((a, b) => CelValues.Compare(a, b) * sign >= 0 ? a : b);
    }

    private static object IndexOf(object?[] a) =>
        a[0] is string text ? StringMethods.IndexOf(text, Text(a[1]), a.Length > 2 ? Index(a[2]) : 0, last: false)
        : Array.FindIndex(List(a[0]), i => CelValues.AreEqual(i, a[1])) is var at ? (long)at
        : -1L;

    private static object LastIndexOf(object?[] a) =>
        a[0] is string text
            ? StringMethods.IndexOf(
                text,
                Text(a[1]),
                a.Length > 2 ? Index(a[2]) : StringMethods.Length(text),
                last: true
            )
            : (long)Array.FindLastIndex(List(a[0]), i => CelValues.AreEqual(i, a[1]));
}
